// The secret by which a hosted server knows a visitor again, kept by the browser in a cookie.

const SECRET = /^[0-9a-f]{64}$/;

export default function ({ data, setStateValue }) {
  const known = kept(data.name);
  // Another tab was first: this one has nothing yet, so it becomes the same visitor
  if (SECRET.test(known) && known !== data.value && known !== data.replaces) {
    location.reload();
    return;
  }
  keep(data.name, data.value, data.seconds);
  // Told only where it went wrong: every report draws the whole page once more
  if (kept(data.name) !== data.value) setStateValue("kept", { done: false });
}

// The secret by which a hosted server knows a visitor again, kept by the browser in a cookie.

const SECRET = /^[0-9a-f]{64}$/;

export default function ({ data, setStateValue }) {
  const known = read(data.name);
  // Another tab was first: this one has nothing yet, so it becomes the same visitor
  if (SECRET.test(known) && known !== data.value && known !== data.replaces) {
    location.reload();
    return;
  }
  const safely = location.protocol === "https:" ? "; Secure" : "";
  const lasting = `Max-Age=${data.seconds}; Path=/; SameSite=Lax${safely}`;
  document.cookie = `${data.name}=${data.value}; ${lasting}`;
  // Told only where it went wrong: every report draws the whole page once more
  if (read(data.name) !== data.value) setStateValue("kept", { done: false });
}

function read(name) {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return found ? found.slice(name.length + 1) : "";
}

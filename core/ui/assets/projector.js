// The size of type that was chosen, kept by the browser for other tabs and later visits.

export default function ({ data }) {
  keep(data.name, data.value, data.seconds);
}

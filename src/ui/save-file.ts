/** Hands a file to the browser's downloads. */
export function saveFile(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has read the URL by then; at once would be too early for some browsers.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

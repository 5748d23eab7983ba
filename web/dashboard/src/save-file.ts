/** Has the browser save `text` as a file. */
export function saveFile(name: string, text: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser reads the file after the click returned.
  setTimeout(() => URL.revokeObjectURL(address), 1_000);
}

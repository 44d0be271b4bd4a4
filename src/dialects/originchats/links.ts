/** Whether a text is an address that pictures are fetched from: absolute, `http:` or `https:`, without white space. */
export function isWebLink(text: string): boolean {
  return /^https?:\/\/\S+$/i.test(text) && URL.canParse(text);
}

/** Colours that white letters can be read on. */
const colours = ['#b3391f', '#8a5a00', '#4d6b1f', '#12705f', '#1f6391', '#5a4fb0', '#8f3f8f', '#a83266'];

/** A colour that is always the same for a name: the server gives it to identities, pages use it where a protocol has no colours. */
export function colourOf(name: string): string {
  const sum = [...name].reduce((total, letter) => (total * 33 + (letter.codePointAt(0) ?? 0)) % 8_191, 0);
  return colours[sum % colours.length] ?? '';
}

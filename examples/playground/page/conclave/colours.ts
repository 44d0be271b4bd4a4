const colours = ['#b3391f', '#8a5a00', '#4d6b1f', '#12705f', '#1f6391', '#5a4fb0', '#8f3f8f', '#a83266'];

/** A colour that is always the same for somebody; the protocol has none. */
export function colourOf(userId: string): string {
  return colours[Number.parseInt(userId.slice(0, 6) || '0', 16) % colours.length] ?? '';
}

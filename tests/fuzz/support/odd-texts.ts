/** Texts that are separators, numbers that are none, and names that mean something to somebody. */
export const oddTexts: readonly string[] = [
  ...['', ' ', '\t', '\t\t', '\f', '\0', '\n', '\r\n', '\u00A0', '\uFEFF', '\u2028', '\u202E', '&lt;'],
  ...['😀', 'e\u0301'.repeat(5), '９', '٣', '-', '-0', '+1', '1e3', '0x10', '007', 'NaN', '1.5', '-1'],
  ...['9007199254740991', '9007199254740992', '99999999999999999999', '9'.repeat(400)],
  ...['__proto__', 'constructor'],
];

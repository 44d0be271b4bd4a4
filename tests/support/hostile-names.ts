import { HOSTILE } from './hostile-strings.js';

/** Letters that look like those of the Latin alphabet, or are the same ones in another form. */
const alike: Readonly<Record<string, string>> = {
  Cyrillic: 'аЬсԁеfɡһіјkӏmпорqгѕтυνѡхуzАВСDЕҒGНІЈКLМNОРQЯЅТUѴШХУZ',
  Greek: 'αbϲdεfgһιјκlmηορqrѕτυνωχγzΑΒϹDΕFGΗΙJΚLΜΝΟΡQRSΤUVWΧΥΖ',
  'full-width':
    'ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ',
};

const latin = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Characters that show nothing, turn the direction, or end something somewhere. */
const slipped = [
  '\u200b',
  '\u200c',
  '\u200d',
  '\u2060',
  '\ufeff',
  '\u00ad',
  '\u034f',
  '\u061c',
  '\u180e',
  '\u115f',
  '\u3164',
  '\uffa0',
  '\u2800',
  '\ufe0f',
  '\u{e0041}',
  '\u202e',
  '\u202d',
  '\u2066',
  '\u2067',
  '\u2069',
  '\u200f',
  '\t',
  '\f',
  '\n',
  '\r',
  '\r\n',
  '\v',
  '\b',
  '\x1b',
  '\0',
  '\x7f',
  '\x85',
  '\u2028',
  '\u2029',
  '\ud800',
  '\udc00',
  '\ufffd',
  '\ufffe',
  ' ',
  '\u00a0',
  '\u3000',
];

/** Names that look like one that is worn, or carry what takes packets apart: more than 200 for each name, hostile markup behind them. */
export function hostileNames(worn: readonly string[]): readonly string[] {
  const spelled = (name: string, letters: string) =>
    [...name].map((one) => [...letters][latin.indexOf(one)] ?? one).join('');
  const made = worn.flatMap((name) => [
    name.toUpperCase(),
    name.toLowerCase(),
    ` ${name} `,
    `~${name}`,
    `${name}_`,
    `&lt;AFK&gt;_${name}`,
    `<AFK>_${name}`,
    `${name}</a>`,
    [...name].reverse().join(''),
    `\u202e${[...name].reverse().join('')}\u202c`,
    ...Object.values(alike).flatMap((letters) => [
      spelled(name, letters),
      ...[...name].map(
        (_, at) => name.slice(0, at) + spelled(name.slice(at, at + 1), letters) + name.slice(at + 1),
      ),
    ]),
    ...slipped.flatMap((one) => [
      `${one}${name}`,
      `${name.slice(0, 2)}${one}${name.slice(2)}`,
      `${name}${one}`,
    ]),
    `${name}\t-1\tinherit`,
    `${name}\f0\fsay\fhello`,
  ]);
  const zalgo = `zal${'\u0301\u0316\u0322\u0489'.repeat(20)}go`;
  return [...new Set([...made, ...HOSTILE, zalgo, 'x'.repeat(10_000), '𝒳'.repeat(5_000), '', '-1', '0'])];
}

/** Texts that run script somewhere or take packets and notices of Sock Chat apart: more than 200. */
export function hostileTexts(): readonly string[] {
  const packets = [
    '\t2\t1700000000\t-1\t0\fsay\fowned\t1\t10010',
    '\t9\t0',
    '\n9\t0',
    '\f1\fgenerr\f',
    '0\fsay\fowned',
    '-1',
    '\t\t\t\t\t\t',
    '1\ty\t1\tolga\tred\t9 1 1 1 1\tlounge\t2000',
    '6\t1',
    '8\t4',
  ];
  const codes = [
    '[url=javascript:window.__ran=1]x[/url]',
    '[img]x" onerror="window.__ran=1[/img]',
    '[color=red;background:url(javascript:window.__ran=1)]x[/color]',
    '[b]<b>[/b]</b>',
    '[code]</code><script>window.__ran=1</script>[/code]',
    '[x](javascript:window.__ran=1)',
    '![x](x" onerror="window.__ran=1)',
    '`</code><img src=x onerror=window.__ran=1>`',
    '@olga<img src=x onerror=window.__ran=1>',
    'https://x.example/"onmouseover="window.__ran=1',
    'https://x.example/<script>window.__ran=1</script>',
    ':</i><script>window.__ran=1</script>:',
    '/me <img src=x onerror=window.__ran=1>',
    '/msg olga <img src=x onerror=window.__ran=1>',
    '__proto__',
    '{"__proto__":{"x":1}}',
    '"],["chat.event',
    '%3Cscript%3Ewindow.__ran=1%3C/script%3E',
    '+ADw-script+AD4-window.__ran=1+ADw-/script+AD4-',
    '\ud800<script>window.__ran=1</script>\udc00',
  ];
  const bare = slipped.map((one) => `<img${one}src=x${one}onerror=window.__ran=1>`);
  const broken = slipped.map((one) => `a${one}b`);
  return [...new Set([...HOSTILE, ...packets, ...codes, ...bare, ...broken, 'y'.repeat(1_900)])];
}

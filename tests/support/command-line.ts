import { parseArgs } from 'node:util';

/** Reads `--name number` for each of these options, with what they are if left out. Ends the process with a sentence for anything else. */
export function numbersGiven<Name extends string>(
  defaults: Readonly<Record<Name, number>>,
): Record<Name, number> {
  const names = Object.keys(defaults) as Name[];
  const stop = (why: string): never => {
    console.error(`${why}. Options: ${names.map((name) => `--${name} ${defaults[name]}`).join(' ')}`);
    process.exit(2);
  };
  const given = (() => {
    try {
      return parseArgs({ options: Object.fromEntries(names.map((name) => [name, { type: 'string' }])) })
        .values;
    } catch (thrown) {
      return stop((thrown as Error).message.split('. ')[0] ?? 'that cannot be read');
    }
  })();
  return Object.fromEntries(
    names.map((name) => {
      const text = given[name];
      const value = text === undefined ? defaults[name] : Number(text);
      if (text === '' || !Number.isFinite(value) || value < 0) stop(`--${name} takes a number, not ${text}`);
      return [name, value];
    }),
  ) as Record<Name, number>;
}

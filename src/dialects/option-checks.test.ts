import { describe, expect, test } from 'vitest';
import { OptionChecks } from './option-checks.js';
import { originchats } from './originchats/index.js';
import { sockchat } from './sockchat/index.js';
import { venueless } from './venueless/index.js';

const world = { worlds: { demo: {} } };

/** Makes each dialect with options, whatever their type. */
const make: Readonly<Record<string, (options: unknown) => unknown>> = {
  sockchat: (options) => sockchat(options as never),
  originchats: (options) => originchats(options as never),
  venueless: (options) =>
    venueless(
      typeof options === 'object' && options !== null ? { ...world, ...options } : (options as never),
    ),
};

describe('options of dialects', () => {
  test.each(Object.keys(make))('%s takes an object of them', (name) => {
    for (const strange of [null, 5, 'text']) {
      const made = () => make[name]?.(strange);
      expect(made).toThrow(expect.objectContaining({ code: 'options-invalid' }));
      expect(made).toThrow(`${name} takes an object of options`);
    }
  });

  test.each(Object.keys(make))('a misspelt one of %s is named', (name) => {
    expect(() => make[name]?.({ lmits: {} })).toThrow(
      `option lmits of ${name} takes no value: there is no such option`,
    );
    expect(() => make[name]?.({ limits: { frameBites: 1 } })).toThrow(
      `option limits.frameBites of ${name} takes no value: there is no such option`,
    );
  });

  test.each(Object.keys(make))('limits of connections of %s are whole numbers', (name) => {
    for (const strange of [0, -1, 1.5, '5', null, Number.NaN, 2 ** 31])
      expect(() => make[name]?.({ limits: { frameBytes: strange } })).toThrow(
        `option limits.frameBytes of ${name} takes a whole number from 1 to 2147483647`,
      );
    expect(() => make[name]?.({ limits: 5 })).toThrow(`option limits of ${name} takes an object`);
    expect(() => make[name]?.({ limits: { idlePingMs: 0, idleTimeoutMs: 0 } })).not.toThrow();
  });

  test.each<[unknown, string]>([
    [{ worlds: undefined }, 'worlds'],
    [{ worlds: {} }, 'worlds'],
    [{ worlds: [] }, 'worlds'],
    [{ worlds: { 'Two Words': {} } }, 'worlds'],
    [{ worlds: { [`${'x'.repeat(51)}`]: {} } }, 'worlds'],
    [{ worlds: { demo: 5 } }, 'worlds.demo'],
    [{ worlds: { demo: { tittle: 'x' } } }, 'worlds.demo.tittle'],
    [{ worlds: { demo: { title: '' } } }, 'worlds.demo.title'],
    [{ worlds: { demo: { rooms: 'stage' } } }, 'worlds.demo.rooms'],
    [{ worlds: { demo: { rooms: [5] } } }, 'worlds.demo.rooms'],
    [{ worlds: { demo: { connectionLimit: -1 } } }, 'worlds.demo.connectionLimit'],
    [{ worlds: { demo: { profileFields: {} } } }, 'worlds.demo.profileFields'],
    [{ worlds: { demo: { profileFields: ['job'] } } }, 'worlds.demo.profileFields'],
    [{ roles: { viewer: 'room:view' } }, 'roles'],
    [{ roles: [] }, 'roles'],
    [{ traitGrants: { viewer: 'staff' } }, 'traitGrants'],
    [{ traitGrants: { viewer: [['a', 5]] } }, 'traitGrants'],
    [{ badges: { staff: 5 } }, 'badges'],
    [{ searchPageSize: 0 }, 'searchPageSize'],
    [{ searchMinChars: -1 }, 'searchMinChars'],
  ])('venueless refuses %j, naming %s', (options, named) => {
    expect(() => make.venueless?.(options)).toThrow(`option ${named} of venueless takes`);
  });

  test('given limits stand over a dialect’s own, and those over what holds everywhere', () => {
    const checks: OptionChecks = new OptionChecks('it');
    const limits = checks.limits({ loginMs: 5 }, { loginMs: 60_000, idlePingMs: 30_000 });
    expect(limits).toMatchObject({ loginMs: 5, idlePingMs: 30_000, frameBytes: 65_536 });
  });
});

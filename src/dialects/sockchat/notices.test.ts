import { describe, expect, it } from 'vitest';
import { decodeNotice, encodeNotice, NOTICES, type NoticeRow } from './notices.js';

const rows = Object.entries<NoticeRow>(NOTICES);

describe('NOTICES', () => {
  it('[sockchat 7] has every id of both tables', () => {
    const ids = (type: string) => rows.filter(([, row]) => row.type === type).map(([id]) => id);
    expect(ids('information').join(' ')).toBe(
      'say silence unsil silok usilok flwarn unban banlist who whochan join leave kick flood timeout jchan lchan nick ' +
        'crchan delchan cpwdchan cprivchan ipaddr welcome',
    );
    expect(ids('error').join(' ')).toBe(
      'generr nocmd cmdna cmderr usernf rankerr silself silperr silerr usilperr usilerr delerr kickna notban whoerr ' +
        'nochan samechan ipchan ipwchan nopwchan inchan nischan ndchan namchan nameinuse',
    );
  });

  it('[sockchat 7] says how many arguments each has', () => {
    const wider = rows.filter(([, row]) => row.args.length > 1).map(([id]) => id);
    expect(wider).toStrictEqual(['whochan', 'nick', 'ipaddr']);
  });

  it.each(rows)('[sockchat 7] %s comes back with its arguments', (id, row) => {
    const args = row.args.map((name) => `the ${name}`);
    expect(decodeNotice(encodeNotice(row.type, id, args))).toStrictEqual({
      ok: true,
      notice: { type: row.type, id, args },
    });
  });
});

describe('encodeNotice', () => {
  it.each([
    ['information', 'say', ['meow'], '0\fsay\fmeow'],
    ['error', 'cmderr', [], '1\fcmderr'],
    ['error', 'nocmd', [''], '1\fnocmd\f'],
    ['information', 'banlist', [''], '0\fbanlist\f'],
    ['information', 'nick', ['a\fb', 'c\td\ne\0'], '0\fnick\fab\fc    d <br/> e'],
    ['information', 'who', ['<a>x</a>'], '0\fwho\f<a>x</a>'],
  ] as const)('[sockchat 7] %s %s %j', (type, id, args, text) => {
    expect(encodeNotice(type, id, args)).toBe(text);
  });
});

describe('decodeNotice', () => {
  it.each([
    ['1\fcmderr', { type: 'error', id: 'cmderr', args: [] }],
    ['1\fcmderr\f', { type: 'error', id: 'cmderr', args: [] }],
    ['0\fbanlist\f', { type: 'information', id: 'banlist', args: [] }],
    ['0\fnick\f\fb', { type: 'information', id: 'nick', args: ['', 'b'] }],
    ['0\fx\fa\f\f', { type: 'information', id: 'x', args: ['a', ''] }],
    ['0\fjoin\fFlashwave', { type: 'information', id: 'join', args: ['Flashwave'] }],
  ])('[sockchat 7] %j is read, less one empty argument at the end', (text, notice) => {
    expect(decodeNotice(text)).toStrictEqual({ ok: true, notice });
  });

  it.each([
    ['', 'bad-value', 0],
    ['hello', 'bad-value', 0],
    ['2\fsay\fx', 'bad-value', 0],
    ['0', 'missing-field', 1],
    ['1\f', 'missing-field', 1],
  ])('[sockchat 7] %j is refused', (text, code, at) => {
    expect(decodeNotice(text)).toStrictEqual({ ok: false, code, at });
  });
});

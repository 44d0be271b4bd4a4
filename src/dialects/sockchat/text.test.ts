import { describe, expect, it } from 'vitest';
import {
  awayTag,
  banList,
  cleanNickname,
  cutToCodePoints,
  decodeEntities,
  displayName,
  escapeName,
  escapeNotice,
  sanitiseText,
  whoList,
} from './text.js';

describe('sanitiseText', () => {
  it.each([
    ['hi <b> & \r\nx', 'hi &lt;b&gt; & \r <br/> x'],
    ['a\tb', 'a    b'],
    ['a\n\nb', 'a <br/>  <br/> b'],
    ['a\rb', 'a\rb'],
    ['&amp; "x" \'y\'', '&amp; "x" \'y\''],
    ['a\fb\0c', 'abc'],
    ['\uD83D', '\uFFFD'],
    ['\uDE00\uD83D', '\uFFFD\uFFFD'],
    ['😀<', '😀&lt;'],
    ['\u2028\u000B\u0001', '\u2028\u000B\u0001'],
    ['', ''],
  ])('[sockchat 10] %j goes out as %j', (plain, wire) => {
    expect(sanitiseText(plain)).toBe(wire);
  });

  it('[sockchat 8.1] words of commands follow the same rules and keep the spaces at their ends', () => {
    expect(sanitiseText(' a<b\t\n ')).toBe(' a&lt;b     <br/>  ');
  });
});

describe('escaping', () => {
  it('[sockchat 7] an argument of a notice has all five characters escaped', () => {
    expect(escapeNotice(`<a href="x" onclick='y'>&\t\n\f\0\uD800`)).toBe(
      '&lt;a href=&quot;x&quot; onclick=&#39;y&#39;&gt;&amp;     <br/> \uFFFD',
    );
  });

  it('[sockchat 2.1] a name has all five characters escaped and no control characters', () => {
    expect(escapeName(`<img src=x onerror="a('b')">&\t\n\r\f\0\u007F\u0085\uDFFF`)).toBe(
      '&lt;img src=x onerror=&quot;a(&#39;b&#39;)&quot;&gt;&amp;\uFFFD',
    );
  });

  it.each(['a<b', '<img src=x>', `"'&`, '&lt;', '&amp;lt;', '&&amp;', 'plain', '😀'])(
    '[sockchat 8.8] a link in a list finds the name %j again',
    (name) => {
      expect(decodeEntities(escapeName(name))).toBe(name);
      // Browsers write innerHTML with raw quotes.
      const innerHtml = escapeName(name).replaceAll('&quot;', '"').replaceAll('&#39;', "'");
      expect(decodeEntities(sanitiseText(innerHtml))).toBe(name);
    },
  );

  it('[sockchat 14] entities made elsewhere stay, except the space that browsers write', () => {
    expect(decodeEntities('&copy; &nbsp;&LT; & &#60;')).toBe('&copy; \u00A0&LT; & &#60;');
  });
});

describe('cutToCodePoints', () => {
  it.each([
    ['hello', 5, 'hello'],
    ['hello', 4, 'hell'],
    ['hello', 0, ''],
    ['😀😀😀', 2, '😀😀'],
    ['a😀b', 2, 'a😀'],
    ['\uD83Dab', 2, '\uD83Da'],
    ['e\u0301', 1, 'e'],
    ['', 3, ''],
  ])('[sockchat 10] %j cut to %d is %j', (text, max, cut) => {
    expect(cutToCodePoints(text, max)).toBe(cut);
  });
});

describe('awayTag', () => {
  it.each([
    ['', 'AFK'],
    ['   ', 'AFK'],
    ['\t\n', 'AFK'],
    ['away', 'AWAY'],
    ['sleeping', 'SLEEP'],
    ['lunch break', 'LUNCH'],
    [' two', 'AFK'],
    ['straße', 'STRASS'],
    ['e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301', 'E\u0301E\u0301E\u0301E\u0301E\u0301'],
    ['👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦x', '👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦'],
    ['🇩🇪🇫🇷🇮🇹🇪🇸🇵🇱🇳🇱', '🇩🇪🇫🇷🇮🇹🇪🇸🇵🇱'],
    ['\uD83D1', '\uFFFD1'],
  ])('[sockchat 8.2] /afk %j shows %j', (reason, tag) => {
    expect(awayTag(reason)).toBe(tag);
  });

  it('[sockchat 8.2] counts code points and splits no pair where clusters are unknown', () => {
    expect(awayTag('😀😀😀😀😀😀', null)).toBe('😀😀😀😀😀');
    expect(awayTag('sleeping', null)).toBe('SLEEP');
  });

  it('[sockchat 8.2] one letter with a thousand marks does not fill the user list', () => {
    expect([...awayTag(`z${'\u0335'.repeat(1000)}`)]).toHaveLength(64);
  });
});

describe('cleanNickname', () => {
  it.each([
    [['new', 'name'], 'new_name'],
    [['a', '', 'b'], 'a__b'],
    [['\ta\nb\rc\fd\0'], 'abcd'],
    [['  spaced  '], 'spaced'],
    [['abcdefghijklmnopq'], 'abcdefghijklmno'],
    [['😀'.repeat(16)], '😀'.repeat(15)],
    [[], ''],
    [[' '], ''],
    [['x\uD800'], 'x\uFFFD'],
  ])('[sockchat 8.3] /nick %j is the nickname %j', (words, nickname) => {
    expect(cleanNickname(words)).toBe(nickname);
  });

  it('[sockchat 8.3] the length is the host’s choice', () => {
    expect(cleanNickname(['abcdef'], 3)).toBe('abc');
  });
});

describe('displayName', () => {
  it.each([
    [{ name: 'flash' }, 'flash'],
    [{ name: 'flash', nickname: 'nick' }, '~nick'],
    [{ name: 'flash', nickname: '', away: '' }, 'flash'],
    [{ name: 'flash', nickname: null, away: 'AWAY' }, '&lt;AWAY&gt;_flash'],
    [{ name: 'flash', nickname: 'nick', away: 'AFK' }, '&lt;AFK&gt;_~nick'],
    [{ name: 'flash', away: '<B>' }, '&lt;&lt;B&gt;&gt;_flash'],
    [{ name: '<x\t>' }, '&lt;x&gt;'],
  ])('[sockchat 2.1] %j is shown as %j', (parts, shown) => {
    expect(displayName(parts)).toBe(shown);
  });
});

describe('lists', () => {
  it('[sockchat 7] who marks the one who asked and joins with a comma and a space', () => {
    expect(whoList([{ shown: '&lt;AFK&gt;_a' }, { shown: 'b', isRequester: true }])).toBe(
      '<a href="javascript:void(0);" onclick="UI.InsertChatText(this.innerHTML);">&lt;AFK&gt;_a</a>, ' +
        '<a href="javascript:void(0);" onclick="UI.InsertChatText(this.innerHTML);" style="font-weight: bold;">b</a>',
    );
  });

  it('[sockchat 7] banlist unbans names and addresses by the same command', () => {
    expect(banList(['Satori', '::1'])).toBe(
      `<a href="javascript:void(0);" onclick="Chat.SendMessageWrapper('/unban '+ this.innerHTML);">Satori</a>, ` +
        `<a href="javascript:void(0);" onclick="Chat.SendMessageWrapper('/unban '+ this.innerHTML);">::1</a>`,
    );
  });

  it('[sockchat 7] nobody is an empty argument', () => {
    expect(whoList([])).toBe('');
    expect(banList([])).toBe('');
  });

  it('[sockchat 7] no name breaks out of its link', () => {
    const hostile = `</a><script>alert("1")</script>'`;
    for (const html of [whoList([{ shown: displayName({ name: hostile }) }]), banList([hostile])]) {
      expect(html.match(/<[^>]*>/g)).toHaveLength(2);
    }
  });
});

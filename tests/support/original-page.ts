/**
 * A page that treats what it receives as the original web client does: names, texts and notices go in through innerHTML
 * (sections 2.1, 5, 7 and 10 of the specification). Without any protection of its own: what the server lets through, runs.
 */
export const ORIGINAL_PAGE = `<!doctype html>
<html><head><meta charset="utf-8"><title>original</title></head><body>
<ul id="users"></ul><select id="channels"></select><div id="lines"></div><textarea id="typed"></textarea>
<script>
const add = (list, tag, id, html) => {
  const element = document.createElement(tag);
  element.id = id;
  element.innerHTML = html;
  document.getElementById(list).append(element);
};
const names = new Map();
const user = (id, name) => {
  document.getElementById('user_' + id)?.remove();
  names.set(id, name);
  add('users', 'li', 'user_' + id, name);
};
const template = (id, args) => [id, ...args].join(' | ');
const line = (id, from, text, flags) => {
  if (from === '-1') {
    const [, notice, ...args] = text.split('\\f');
    add('lines', 'div', id, template(notice, args));
  } else if (flags[4] === '1' && from === window.me) {
    const [to, ...words] = text.split(' ');
    add('lines', 'div', id, '(whispers to ' + to + ') ' + words.join(' '));
  } else add('lines', 'div', id, (names.get(from) ?? from) + ': ' + text);
};
const UI = { InsertChatText(text) { document.getElementById('typed').value += text; } };
const Chat = { SendMessageWrapper(text) { socket.send(['2', window.me, text].join('\\t')); } };
const socket = new WebSocket(location.origin.replace('http', 'ws') + '/sock');
socket.onopen = () => socket.send(['1', 'guest', 'olga', 'o'.repeat(32), 'moderator'].join('\\t'));
socket.onmessage = ({ data }) => {
  const f = data.split('\\t');
  if (f[0] === '1' && f[1] === 'y') { window.me = f[2]; user(f[2], f[3]); }
  else if (f[0] === '1') { user(f[2], f[3]); add('lines', 'div', f[6], template('join', [f[3]])); }
  else if (f[0] === '2') line(f[4], f[2], f[3], f[5]);
  else if (f[0] === '3') add('lines', 'div', f[5], template(f[3], [f[2]]));
  else if (f[0] === '4' && f[1] !== '2') add('channels', 'option', 'c' + f[2], f[f[1] === '1' ? 3 : 2]);
  else if (f[0] === '5' && f[1] === '0') { user(f[2], f[3]); add('lines', 'div', f[5], template('jchan', [f[3]])); }
  else if (f[0] === '7' && f[1] === '0') for (let i = 3; i + 4 < f.length; i += 5) user(f[i], f[i + 1]);
  else if (f[0] === '7' && f[1] === '1') { names.set(f[3], f[4]); line(f[8], f[3], f[7], f[10]); }
  else if (f[0] === '7' && f[1] === '2') for (let i = 3; i + 2 < f.length; i += 3) add('channels', 'option', 'c' + f[i], f[i]);
  else if (f[0] === '8') document.getElementById('lines').replaceChildren();
  else if (f[0] === '10') user(f[1], f[2]);
};
</script></body></html>`;

import type { HookAnswer, HookedCommand } from 'polylect';

/** Replaces unwanted words in what people say, and refuses names that hold one. */
export function wordFilter(words: readonly string[]): (command: HookedCommand) => HookAnswer {
  const unwanted = new RegExp(words.map((word) => word.replace(/[^\p{L}\p{N}]/gu, '\\$&')).join('|'), 'giu');
  const masked = (text: string) => text.replace(unwanted, (word) => '*'.repeat([...word].length));
  const has = (text: string | undefined) => text !== undefined && masked(text) !== text;
  return (command) => {
    switch (command.type) {
      case 'message.send':
        return { type: command.type, input: { ...command.input, text: masked(command.input.text) } };
      case 'direct.whisper':
        return { type: command.type, input: { ...command.input, text: masked(command.input.text) } };
      case 'user.nick':
        return !has(command.input.nick);
      case 'channel.create':
        return !has(command.input.name);
      default:
        return true;
    }
  };
}

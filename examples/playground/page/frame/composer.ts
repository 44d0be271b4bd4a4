import type { Frame } from './frame.js';

/** What is done with what somebody writes. */
export interface Writing {
  /** Answers whether it was said; what was not may be said again. */
  send(text: string): Promise<boolean>;
  /** The text is another. */
  typed?(text: string): void;
  /** Escape was pressed. */
  escaped?(): void;
}

/** Where one writes. */
export interface Composer {
  /** Puts words there, in place of others. */
  write(text: string): void;
  focus(): void;
  readonly text: string;
}

/** Makes the field work: Enter says what is in it, Shift and Enter make a new line. */
export function composer(frame: Frame, { send, typed, escaped }: Writing): Composer {
  const field = frame.part<HTMLTextAreaElement>('text');
  const changed = () => {
    field.style.height = 'auto';
    field.style.height = `${Math.min(field.scrollHeight, 160)}px`;
    typed?.(field.value);
  };
  const put = (text: string) => {
    field.value = text;
    changed();
  };
  const say = async () => {
    const { value } = field;
    if (value.trim() === '') return;
    put('');
    if (!(await send(value)) && field.value === '') field.value = value;
  };
  field.addEventListener('input', changed);
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      void say();
    } else if (event.key === 'Escape') escaped?.();
  });
  frame.part('composer').addEventListener('submit', (event) => {
    event.preventDefault();
    void say();
    field.focus();
  });
  return {
    write(text) {
      put(text);
      frame.showView('chat');
      field.focus();
    },
    focus: () => field.focus(),
    get text() {
      return field.value;
    },
  };
}

import { button, h } from './elements.js';

/** One thing to fill in. */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly value?: string;
  readonly hint?: string;
  readonly type?: 'text' | 'password';
  readonly maxLength?: number;
  /** Makes it a choice: value and what is shown. */
  readonly options?: readonly (readonly [value: string, label: string])[];
}

/** What a dialog asks. */
export interface Question {
  readonly title: string;
  readonly text?: string;
  readonly fields?: readonly Field[];
  readonly confirm: string;
  readonly isDangerous?: boolean;
}

let count = 0;

/** Asks in a modal dialog; resolves with what was filled in, or null when it was left. Focus returns to where it was. */
export function ask(question: Question): Promise<ReadonlyMap<string, string> | null> {
  count += 1;
  const id = `dialog-${count}`;
  const { promise, resolve } = withResolve<ReadonlyMap<string, string> | null>();
  const inputs = new Map<string, HTMLInputElement | HTMLSelectElement>();
  const rows = (question.fields ?? []).map((field) => {
    const input = control(field, `${id}-${field.name}`);
    inputs.set(field.name, input);
    const hint = field.hint === undefined ? null : h('small', { id: `${input.id}-hint` }, field.hint);
    if (hint !== null) input.setAttribute('aria-describedby', hint.id);
    return h(
      'label',
      { class: 'field', attributes: { for: input.id } },
      h('span', {}, field.label),
      input,
      hint,
    );
  });
  const confirm = h(
    'button',
    { class: `button ${question.isDangerous === true ? 'danger' : 'primary'}`, type: 'submit' },
    question.confirm,
  );
  let answer: ReadonlyMap<string, string> | null = null;
  const form = h(
    'form',
    {
      on: {
        submit: (event) => {
          event.preventDefault();
          answer = new Map([...inputs].map(([name, input]) => [name, input.value]));
          dialog.close();
        },
      },
    },
    h('h2', { id }, question.title),
    question.text === undefined ? null : h('p', {}, question.text),
    ...rows,
    h(
      'div',
      { class: 'dialog-actions' },
      button('Cancel', () => dialog.close()),
      confirm,
    ),
  );
  const dialog = modal(id, () => resolve(answer), form);
  const first = inputs.values().next().value;
  (first ?? confirm).focus();
  if (first instanceof HTMLInputElement) first.select();
  return promise;
}

/** Shows a list of things to choose from; resolves with the chosen value, or null. */
export function choose(
  title: string,
  rows: readonly { readonly value: string; readonly label: string; readonly about: string }[],
): Promise<string | null> {
  count += 1;
  const id = `dialog-${count}`;
  const { promise, resolve } = withResolve<string | null>();
  let answer: string | null = null;
  const pick = (value: string) => {
    answer = value;
    dialog.close();
  };
  const items = rows.map(({ value, label, about }) =>
    h(
      'li',
      {},
      h(
        'button',
        { class: 'choice', type: 'button', on: { click: () => pick(value) } },
        h('code', {}, label),
        h('span', {}, about),
      ),
    ),
  );
  const dialog = modal(
    id,
    () => resolve(answer),
    h('h2', { id }, title),
    h('ul', { class: 'choices' }, ...items),
    h(
      'div',
      { class: 'dialog-actions' },
      button('Close', () => dialog.close()),
    ),
  );
  return promise;
}

/** Lets somebody be looked for by a part of their name; resolves with the chosen value, or null. */
export function look(
  title: string,
  label: string,
  find: (term: string) => Promise<readonly { readonly value: string; readonly label: string }[]>,
): Promise<string | null> {
  count += 1;
  const id = `dialog-${count}`;
  const { promise, resolve } = withResolve<string | null>();
  let answer: string | null = null;
  const input = control({ name: 'term', label }, `${id}-term`);
  const found = h('ul', { class: 'choices' });
  const note = h('p', { class: 'small', attributes: { role: 'status' } });
  const search = async () => {
    const term = input.value;
    const rows = await find(term);
    // Another letter has been typed meanwhile.
    if (term !== input.value) return;
    note.textContent = rows.length === 0 ? 'Nobody found.' : `${rows.length} found.`;
    found.replaceChildren(
      ...rows.map(({ value, label: name }) =>
        h(
          'li',
          {},
          h(
            'button',
            {
              class: 'choice one',
              type: 'button',
              on: {
                click: () => {
                  answer = value;
                  dialog.close();
                },
              },
            },
            name,
          ),
        ),
      ),
    );
  };
  input.addEventListener('input', () => void search());
  const dialog = modal(
    id,
    () => resolve(answer),
    h('h2', { id }, title),
    h('label', { class: 'field', attributes: { for: input.id } }, h('span', {}, label), input),
    note,
    found,
    h(
      'div',
      { class: 'dialog-actions' },
      button('Close', () => dialog.close()),
    ),
  );
  input.focus();
  void search();
  return promise;
}

/** Shows a dialog whose heading has this id; it is gone once it is closed. */
function modal(id: string, closed: () => void, ...children: readonly HTMLElement[]): HTMLDialogElement {
  const dialog = h(
    'dialog',
    {
      class: 'dialog',
      attributes: { 'aria-labelledby': id },
      on: {
        close: () => {
          dialog.remove();
          closed();
        },
      },
    },
    ...children,
  );
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

function control(field: Field, id: string): HTMLInputElement | HTMLSelectElement {
  if (field.options === undefined) {
    const input = h('input', { id, type: field.type ?? 'text' });
    input.value = field.value ?? '';
    input.maxLength = field.maxLength ?? 200;
    input.autocomplete = 'off';
    input.spellcheck = false;
    return input;
  }
  const select = h('select', { id });
  for (const [value, label] of field.options) {
    const option = h('option', {}, label);
    option.value = value;
    select.append(option);
  }
  select.value = field.value ?? field.options[0]?.[0] ?? '';
  return select;
}

function withResolve<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

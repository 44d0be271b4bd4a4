import { describe, expect, it } from 'vitest';
import { Audiences } from './audiences.js';
import { Connection, type Transport } from './connection.js';
import { Delivery, type Rendering } from './deliver.js';
import { plainFrame } from './frame.js';
import { deliveryLimits, Outboxes } from './outboxes.js';

/** Somebody in the channel `c`, with so much unread; what they are written is kept. */
function rig(rendering: Partial<Rendering<string>>) {
  const audiences = new Audiences(
    () => true,
    () => true,
  );
  const encoded: string[] = [];
  let rendered = 0;
  const clock = { now: () => 0, after: () => () => {}, soon: (run: () => void) => run() };
  const outboxes = new Outboxes(clock, deliveryLimits, () => {});
  const voice = {
    framing: plainFrame,
    encode: (packet: unknown) => {
      encoded.push(String(packet));
      return String(packet);
    },
    render: () => {
      rendered += 1;
      const plain = { to: { to: 'channel', channel: 'c' } as const, packets: ['news'] };
      return [Object.defineProperties(plain, Object.getOwnPropertyDescriptors(rendering))];
    },
  };
  const delivery = new Delivery(
    [voice],
    audiences,
    outboxes,
    () => ({}),
    (thrown) => {
      throw thrown;
    },
  );
  const join = (id: string, unread = 0, features: readonly string[] = [], kind?: string) => {
    const written: string[] = [];
    const transport: Transport = {
      write: (bytes) => void written.push(Buffer.from(bytes).toString()),
      buffered: () => unread,
      close() {},
      terminate() {},
    };
    const connection = new Connection(id, 0, transport, undefined, 0, undefined);
    connection.features = features;
    audiences.add(connection);
    audiences.apply({ do: 'bind', session: id, user: id, ...(kind === undefined ? {} : { kind }) });
    audiences.apply({ do: 'place', session: id, channel: 'c' });
    return written;
  };
  const deliver = () => {
    delivery.deliver({ type: 'any', at: 0 });
    outboxes.flush();
  };
  return { join, deliver, encoded, rendered: () => rendered };
}

describe('Delivery', () => {
  it('does not ask for packets that nobody is there to see', () => {
    let asked = 0;
    const { join, deliver } = rig({
      kinds: (kind) => kind === 'tall',
      get packets() {
        asked += 1;
        return ['tall news'];
      },
    });
    join('small', 0, [], 'small');
    deliver();
    expect(asked).toBe(0);
    const tall = join('tall', 0, [], 'tall');
    deliver();
    expect([asked, tall]).toEqual([1, ['tall news']]);
  });

  it('puts nothing into words for a dialect in which nobody is connected', () => {
    const { join, deliver, rendered } = rig({});
    deliver();
    expect(rendered()).toBe(0);
    join('1');
    deliver();
    expect(rendered()).toBe(1);
  });

  it('shows what asks for a feature to connections that have it, encoded once', () => {
    const { join, deliver, encoded } = rig({ feature: 'blink' });
    const [plain, other] = [join('1'), join('2', 0, ['nod'])];
    deliver();
    expect(encoded).toEqual([]);
    const [one, two] = [join('3', 0, ['blink']), join('4', 0, ['nod', 'blink'])];
    deliver();
    expect([plain, other, one, two]).toEqual([[], [], ['news'], ['news']]);
    expect(encoded).toEqual(['news']);
  });

  it('shows what is for some kinds to connections of those, encoded once and only if there are any', () => {
    const { join, deliver, encoded } = rig({ kinds: (kind) => kind === 'manager' });
    const others = [join('1'), join('2', 0, [], 'guest')];
    deliver();
    expect(encoded).toEqual([]);
    const managers = [join('3', 0, [], 'manager'), join('4', 0, [], 'manager')];
    deliver();
    expect([others, managers]).toEqual([
      [[], []],
      [['news'], ['news']],
    ]);
    expect(encoded).toEqual(['news']);
  });

  it('leaves out sessions of users who are named as not meant', () => {
    const { join, deliver } = rig({ to: { to: 'channel', channel: 'c', exceptUsers: ['2', '3', '9'] } });
    const all = ['1', '2', '3', '4'].map((id) => join(id));
    deliver();
    expect(all).toEqual([['news'], [], [], ['news']]);
  });

  it('leaves out what can be missed where much waits, and nothing else', () => {
    for (const skippable of [true, false]) {
      const { join, deliver } = rig({ skippable });
      const [quick, behind] = [
        join('1', deliveryLimits.skipBytes - 4),
        join('2', deliveryLimits.skipBytes + 1),
      ];
      deliver();
      expect([quick, behind]).toEqual([['news'], skippable ? [] : ['news']]);
    }
  });
});

describe('Audiences', () => {
  const transport: Transport = { write() {}, buffered: () => 0, close() {}, terminate() {} };

  it('tells somebody deaf nothing but what is for themselves, and when they hear again what they may see by then', () => {
    const audiences = new Audiences(
      (kind) => kind === 'sees',
      () => false,
    );
    audiences.add(new Connection('1', 0, transport, undefined, 0, undefined));
    audiences.apply({ do: 'bind', session: '1', user: 'u', kind: 'blind' });
    const of = { channel: 'c' };
    const hears = () => [
      audiences.of({ to: 'everyone' }, 0).length,
      audiences.of({ to: 'viewers', of }, 0).length,
      audiences.of({ to: 'user', user: 'u' }, 0).length,
    ];
    expect(hears()).toEqual([1, 0, 1]);
    audiences.apply({ do: 'deafen', user: 'u' });
    audiences.apply({ do: 'kind', user: 'u', kind: 'sees' });
    expect(hears()).toEqual([0, 0, 1]);
    audiences.apply({ do: 'hear', user: 'u' });
    expect(hears()).toEqual([1, 1, 1]);
  });
});

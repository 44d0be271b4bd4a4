// From rows to medians, ratios and marks.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '--:'))), ...rows.map(line)].join('\n');
}

const whole = (value) => Math.round(value).toLocaleString('en');
const digits = (value, count = 2) => value.toFixed(count);

/** What each target cost in one scenario, cheapest first. */
export function costs(rows, scenario) {
  const targets = [...new Set(rows.filter((row) => row.scenario === scenario).map((row) => row.target))];
  const lines = targets.map((target) => {
    const own = rows.filter((row) => row.scenario === scenario && row.target === target);
    const of = (field) => median(own.map((row) => row[field]));
    return {
      cost: of('usEach'),
      cells: [
        target,
        whole(of('perCpuSecond')),
        digits(of('usEach')),
        `${digits(Math.min(...own.map((row) => row.usEach)))} to ${digits(Math.max(...own.map((row) => row.usEach)))}`,
        digits(of('perWrite'), 1),
        whole(of('perSecond')),
        digits(of('p50'), 1),
        digits(of('p99'), 1),
        digits(of('serverBusy')),
        digits(of('clientBusy')),
        Math.max(...own.map((row) => row.missing)),
        Math.max(...own.map((row) => row.closed)),
      ],
    };
  });
  lines.sort((a, b) => a.cost - b.cost);
  const head = [
    'target',
    'deliveries per CPU second',
    'µs CPU each',
    'best to worst',
    'per write',
    'per second',
    'p50 ms',
    'p99 ms',
    'server busy',
    'client busy',
    'missing',
    'closed',
  ];
  return table(
    head,
    lines.map((line) => line.cells),
  );
}

/** Deliveries per CPU second of one target over those of another: the median of the rounds' ratios. */
export function ratio(rows, scenario, target, base) {
  const of = (name, round) =>
    rows.find((row) => row.scenario === scenario && row.target === name && row.round === round);
  const ratios = [];
  for (const round of new Set(rows.map((row) => row.round))) {
    const [a, b] = [of(target, round), of(base, round)];
    if (a !== undefined && b !== undefined) ratios.push(a.perCpuSecond / b.perCpuSecond);
  }
  return ratios.length === 0 ? undefined : median(ratios);
}

/** A line of the table of goals. `atMost` and `atLeast` are the goal. */
export function goal(text, measured, { atLeast, atMost, unit = '' }) {
  if (measured === undefined) return [text, '–', '–', '–'];
  const isMet = atLeast === undefined ? measured <= atMost : measured >= atLeast;
  const limit = atLeast === undefined ? `≤ ${atMost}${unit}` : `≥ ${atLeast}${unit}`;
  return [text, limit, `${digits(measured, Math.abs(measured) < 10 ? 2 : 0)}${unit}`, isMet ? '✓' : '✗'];
}

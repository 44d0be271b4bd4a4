/** `from to`, by whether values are imported or types alone. */
export type Drawing = ReadonlyMap<string, 'values' | 'types'>;

/** The arrows of the first flow chart on a page: `a --> b` for values, `a -.-> b` for types alone. Throws where a line is neither. */
export function drawnArrows(page: string): Drawing {
  const chart = /^```mermaid\nflowchart \w+\n(.*?)^```$/ms.exec(page)?.[1];
  if (chart === undefined) throw new Error('there is no flow chart on the page');
  const arrows = new Map<string, 'values' | 'types'>();
  for (const line of chart.trim().split('\n')) {
    const [, from, kind, to] = /^\s*(\w+) (-->|-\.->) (\w+)$/.exec(line) ?? [];
    if (from === undefined) throw new Error(`this is no arrow: ${line}`);
    const arrow = `${from} ${to}`;
    if (arrows.has(arrow)) throw new Error(`drawn twice: ${arrow}`);
    arrows.set(arrow, kind === '-->' ? 'values' : 'types');
  }
  return arrows;
}

import { tookText } from '../text.ts';

/** Bars over time. An empty place has no bar, and a text describes the bars for people who cannot see them. */
export function Bars({
  values,
  label,
  kind = 'plain',
  width = 6,
  height = 24,
}: {
  values: readonly number[];
  label: string;
  kind?: 'plain' | 'bad';
  /** The width of a bar with its gap, in pixels. */
  width?: number;
  height?: number;
}) {
  const most = Math.max(1, ...values);
  return (
    <svg
      class={`bars ${kind}`}
      viewBox={`0 0 ${values.length * width} ${height}`}
      width={values.length * width}
      height={height}
      role="img"
      aria-label={label}
    >
      <path d={`M0 ${height - 0.5}H${values.length * width}`} />
      {values.map((value, index) => {
        const tall = value === 0 ? 0 : Math.max(2, (value / most) * height);
        return (
          <rect key={index} x={index * width} y={height - tall} width={width - 1} height={tall}>
            <title>{value.toLocaleString('en')}</title>
          </rect>
        );
      })}
    </svg>
  );
}

/** Large bars, with texts for their beginning and end, and the highest value. */
export function TimeBars({
  values,
  label,
  kind = 'plain',
  from,
  to,
  most,
}: {
  values: readonly number[];
  label: string;
  kind?: 'plain' | 'bad';
  from: string;
  to: string;
  most: string;
}) {
  return (
    <figure class="time-bars">
      <Bars values={values} label={label} kind={kind} width={Math.max(8, 480 / values.length)} height={64} />
      <figcaption class="axis">
        <span>{from}</span> <span>most: {most}</span> <span>{to}</span>
      </figcaption>
    </figure>
  );
}

interface Bucket {
  aboveMs: number;
  upToMs: number;
  count: number;
}

/** How long items took, with marks at their times, such as the current timeout. */
export function Histogram({
  buckets,
  marks,
}: {
  buckets: readonly Bucket[];
  marks: readonly { name: string; ms: number }[];
}) {
  const first = Math.max(1, buckets[0]?.aboveMs ?? 1);
  const last = Math.max(first * 2, buckets.at(-1)?.upToMs ?? 1, ...marks.map(({ ms }) => ms));
  // The bounds of buckets grow by a factor, so the axis is logarithmic.
  const x = (ms: number) => (Math.log(Math.max(first, ms) / first) / Math.log(last / first)) * 600;
  const most = Math.max(1, ...buckets.map(({ count }) => count));
  const told = marks.map(({ name, ms }) => `${name} ${tookText(ms)}`).join(', ');
  return (
    <figure class="histogram">
      <svg
        viewBox="0 0 600 112"
        role="img"
        aria-label={`How long items took, on a logarithmic axis. ${told}`}
      >
        {buckets.map(({ aboveMs, upToMs, count }) => (
          <rect
            key={upToMs}
            x={x(aboveMs)}
            width={Math.max(1, x(upToMs) - x(aboveMs) - 1)}
            y={110 - (count / most) * 90}
            height={Math.max(1, (count / most) * 90)}
          >
            <title>{`${count} took ${tookText(aboveMs)} to ${tookText(upToMs)}`}</title>
          </rect>
        ))}
        {marks.map(({ name, ms }, index) => (
          <g key={name} class={`mark mark-${index}`}>
            <line x1={x(ms)} x2={x(ms)} y1={4} y2={112} />
          </g>
        ))}
      </svg>
      <div class="axis">
        <span>{tookText(first)}</span> <span>{tookText(last)}</span>
      </div>
      <figcaption>
        {marks.map(({ name, ms }, index) => (
          <span class={`legend mark-${index}`} key={name}>
            <svg class={`mark mark-${index}`} width="4" height="14" aria-hidden="true">
              <line x1="2" x2="2" y1="0" y2="14" />
            </svg>{' '}
            {name}: {tookText(ms)}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

import { tookText } from '../text.ts';

/** Bars over time. An empty place has no bar, and the text says what the bars are for who cannot see them. */
export function Bars({
  values,
  label,
  kind = 'plain',
}: {
  values: readonly number[];
  label: string;
  kind?: 'plain' | 'bad';
}) {
  const most = Math.max(1, ...values);
  const width = 6;
  return (
    <svg
      class={`bars ${kind}`}
      viewBox={`0 0 ${values.length * width} 24`}
      width={values.length * width}
      height="24"
      role="img"
      aria-label={label}
    >
      {values.map((value, index) => {
        const height = value === 0 ? 0 : Math.max(1, (value / most) * 24);
        return <rect key={index} x={index * width} y={24 - height} width={width - 1} height={height} />;
      })}
    </svg>
  );
}

interface Bucket {
  aboveMs: number;
  upToMs: number;
  count: number;
}

/** How long items took, with marks such as today's timeout drawn in where their time is. */
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
        viewBox="0 0 600 130"
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
        <text x="0" y="126">
          {tookText(first)}
        </text>
        <text x="600" y="126" text-anchor="end">
          {tookText(last)}
        </text>
      </svg>
      <figcaption>
        {marks.map(({ name, ms }, index) => (
          <span class={`legend mark-${index}`} key={name}>
            {name}: {tookText(ms)}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

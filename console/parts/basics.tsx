import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Refused } from '../api.ts';
import { hrefOf } from '../location.ts';
import { agoText, timeText } from '../text.ts';

/** A time as people think of it, with the exact one in the reader's zone when it is pointed at. */
export function Time({ at }: { at: string }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 5_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <time dateTime={at} title={timeText(at)}>
      {agoText(at, now)}
    </time>
  );
}

/** A heading with the way to it. */
export function Head({
  title,
  trail = [],
  children,
}: {
  title: string;
  trail?: readonly (readonly [string, readonly string[]])[];
  children?: ComponentChildren;
}) {
  useEffect(() => {
    document.title = `${title} · Process Warden`;
  }, [title]);
  return (
    <header class="page">
      <p class="trail">
        {trail.map(([text, path]) => (
          <span key={text}>
            <a href={hrefOf(path)}>{text}</a> /{' '}
          </span>
        ))}
      </p>
      <h1>{title}</h1>
      {children}
    </header>
  );
}

/** What went wrong with the last reading. What was read before stays on the page. */
export function Trouble({ error }: { error: Refused | Error | undefined }) {
  if (error === undefined) return null;
  return (
    <p class="trouble" role="alert">
      {error.message}
    </p>
  );
}

/** What is so, with a colour that is never all that says it. */
export function State({ of }: { of: string }) {
  return <span class={`state ${of}`}>{of}</span>;
}

export function Facts({ of }: { of: readonly (readonly [string, ComponentChildren])[] }) {
  const known = of.filter(([, value]) => value !== undefined && value !== null && value !== '');
  return (
    <dl class="facts">
      {known.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A list that is empty says what fills it. */
export function Empty({ text, command }: { text: string; command?: string }) {
  return (
    <div class="empty">
      <p>{text}</p>
      {command !== undefined && (
        <pre>
          <code>{command}</code>
        </pre>
      )}
    </div>
  );
}

export function Tags({ of }: { of: Readonly<Record<string, string>> | undefined }) {
  return (
    <>
      {Object.entries(of ?? {}).map(([key, value]) => (
        <span class="tag" key={key}>
          {key}:{value}
        </span>
      ))}
    </>
  );
}

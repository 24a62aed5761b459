import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { type Call, command } from '../../core/contract/commands.ts';
import { base, type Refused } from '../api.ts';
import { hrefOf } from '../location.ts';
import { token } from '../session.ts';
import { agoText, isWebAddress, timeText } from '../text.ts';

/** A relative time, with the exact time in the reader's zone: beside it if `isExact`, otherwise as a tooltip. */
export function Time({ at, isExact = false }: { at: string; isExact?: boolean }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 5_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <time dateTime={at} title={timeText(at)}>
      {agoText(at, now)}
      {isExact && <small>{timeText(at)}</small>}
    </time>
  );
}

/** A heading with the trail of links to it. */
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

/** The error of the last reading; `of` says of what, if it is a part of the page. Earlier readings stay on the page. */
export function Trouble({ error, of }: { error: Refused | Error | undefined; of?: string }) {
  if (error === undefined) return null;
  return (
    <p class="trouble" role="alert">
      {of === undefined ? '' : `${of}: `}
      {error.message}
    </p>
  );
}

/** A state in words, with a colour that is never its only sign. */
export function State({ of }: { of: string }) {
  return <span class={`state ${of}`}>{of}</span>;
}

export function Facts({ of }: { of: readonly (readonly [string, ComponentChildren])[] }) {
  const known = of.filter(
    ([, value]) => value !== undefined && value !== null && value !== false && value !== '',
  );
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

/** The text for an empty list. It says how to fill the list: by a command of `warden`, or a call by curl. */
export function Empty({ text, warden, curl }: { text: string; warden?: string; curl?: Call }) {
  // Behind `warden console` the address is a secret, and not the address at which others reach the service.
  const isHere = base === location.origin;
  const lines = [
    warden,
    curl && isHere && command(curl, { url: base, isTokenNeeded: token.value !== undefined }),
  ];
  const shown = lines.filter(Boolean);
  return (
    <div class="empty">
      <p>{text}</p>
      {shown.length > 0 && (
        <pre>
          <code>{shown.join('\n')}</code>
        </pre>
      )}
    </div>
  );
}

/** A link of the settings, which come from callers: only to the web, so that a link is never a script. */
export function WebLink({ to }: { to: string }) {
  return isWebAddress(to) ? (
    <a href={to} rel="noreferrer">
      {to}
    </a>
  ) : (
    <span>{to}</span>
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

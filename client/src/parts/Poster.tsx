import { memo } from "react";

type Props = { title: string; url: string; className?: string };

/** A film's poster: the owner's, or one that is drawn from the title. It says nothing to read. */
export const Poster = memo(function Poster({ title, url, className = "" }: Props) {
  if (url) {
    return (
      <img className={`poster ${className}`} src={url} alt="" loading="lazy" decoding="async" />
    );
  }
  return <Drawn title={title} className={className} />;
});

// Deep ground, light, glow: each trio has its own hour of the day.
const COLORS = [
  ["#1b1036", "#ff6b6b", "#ffd166"],
  ["#06283d", "#47b5ff", "#dff6ff"],
  ["#2d0a1f", "#f72585", "#ffb3d1"],
  ["#0b2e26", "#34d399", "#fef08a"],
  ["#2a1508", "#f97316", "#fde68a"],
  ["#141e4a", "#8b9cff", "#f5d0fe"],
  ["#301014", "#e63946", "#f1e3d3"],
  ["#102a2c", "#2ec4b6", "#ffe1a8"],
] as const;

function hash(text: string): number {
  let value = 2166136261;
  for (const letter of text) value = Math.imul(value ^ letter.codePointAt(0)!, 16777619);
  return (value ^ (value >>> 13)) >>> 0;
}

function Drawn({ title, className }: { title: string; className: string }) {
  const seed = hash(title);
  const [ground, light, glow] = COLORS[seed % COLORS.length]!;
  const Motif = MOTIFS[(seed >>> 4) % MOTIFS.length]!;
  const lines = wrapped(title);
  const size = Math.min(36, 168 / (0.65 * Math.max(...lines.map((line) => line.length))));
  return (
    <svg
      className={`poster ${className}`}
      viewBox="0 0 200 300"
      aria-hidden="true"
      preserveAspectRatio="xMidYMid slice"
    >
      <rect width="200" height="300" fill={ground} />
      <Motif seed={seed} light={light} glow={glow} ground={ground} />
      <linearGradient id={`shade-${seed}`} x2="0" y2="1">
        <stop offset="0.35" stopColor={ground} stopOpacity="0" />
        <stop offset="0.9" stopColor={ground} />
      </linearGradient>
      <rect width="200" height="300" fill={`url(#shade-${seed})`} />
      <text fill="#fff" fontSize={size} className="poster-title">
        {lines.map((line, index) => (
          <tspan key={line} x="16" y={282 - (lines.length - 1 - index) * size * 1.06}>
            {line}
          </tspan>
        ))}
      </text>
    </svg>
  );
}

/** At most four lines of a title. */
function wrapped(title: string): string[] {
  const lines: string[] = [];
  for (const word of title.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && `${last} ${word}`.length <= 11) lines[lines.length - 1] += ` ${word}`;
    else lines.push(word);
  }
  return lines.slice(0, 4);
}

type MotifProps = { seed: number; light: string; glow: string; ground: string };

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

function Moon({ seed, light, glow }: MotifProps) {
  const x = 50 + (seed % 100);
  return (
    <>
      <circle cx={x} cy="96" r="78" fill={light} opacity="0.18" />
      <circle cx={x} cy="96" r="58" fill={light} opacity="0.35" />
      <circle cx={x} cy="96" r="40" fill={glow} />
      <path
        d={`M0 ${205 + (seed % 20)}Q50 150 100 195T200 170V300H0z`}
        fill={light}
        opacity="0.5"
      />
      <path d="M0 240Q70 190 130 225T200 215V300H0z" fill={light} opacity="0.6" />
    </>
  );
}

function Rays({ seed, light, glow }: MotifProps) {
  const y = 70 + (seed % 60);
  return (
    <>
      {range(9).map((each) => (
        <path
          key={each}
          d={`M100 ${y}L${each * 50 - 100} 320L${each * 50 - 78} 320z`}
          fill={each % 2 ? glow : light}
          opacity="0.55"
        />
      ))}
      <circle cx="100" cy={y} r="34" fill={glow} />
    </>
  );
}

function City({ seed, light, glow }: MotifProps) {
  return (
    <>
      <circle cx={40 + (seed % 120)} cy="80" r="30" fill={glow} opacity="0.9" />
      {range(8).map((each) => {
        const height = 60 + ((seed >>> each) % 9) * 14;
        return (
          <rect
            key={each}
            x={each * 26 - 4}
            y={255 - height}
            width="24"
            height={height + 60}
            fill={light}
            opacity={0.3 + (each % 3) * 0.2}
          />
        );
      })}
    </>
  );
}

function Rings({ seed, light, glow }: MotifProps) {
  return (
    <>
      {range(7).map((each) => (
        <circle
          key={each}
          cx={60 + (seed % 80)}
          cy="110"
          r={14 + each * 22}
          fill="none"
          stroke={each % 2 ? glow : light}
          strokeWidth={9 - each}
          opacity={0.95 - each * 0.1}
        />
      ))}
    </>
  );
}

function Waves({ seed, light, glow }: MotifProps) {
  return (
    <>
      <circle cx={150 - (seed % 100)} cy="70" r="36" fill={glow} />
      {range(6).map((each) => (
        <path
          key={each}
          d={`M-20 ${110 + each * 30}q40 -${20 + (seed % 14)} 80 0t80 0t80 0V320H-20z`}
          fill={light}
          opacity={0.18 + each * 0.09}
        />
      ))}
    </>
  );
}

function Frames({ seed, light, glow }: MotifProps) {
  return (
    <g transform={`rotate(${(seed % 30) - 15} 100 110)`}>
      {range(5).map((each) => (
        <rect
          key={each}
          x={20 + each * 17}
          y={20 + each * 18}
          width={160 - each * 34}
          height={190 - each * 36}
          fill={each % 2 ? glow : light}
          opacity={0.25 + each * 0.17}
        />
      ))}
    </g>
  );
}

const MOTIFS = [Moon, Rays, City, Rings, Waves, Frames];

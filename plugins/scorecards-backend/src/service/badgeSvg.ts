import {
  GradeState,
  ScorecardDefinition,
  GradeFigures,
  scoreOf,
} from '@shopfloor/plugin-scorecards-common';

/** Dark enough for white words on them; beside the colour stands the word. */
const COLORS: Record<GradeState, string> = {
  ok: '#1a7f37',
  'at-risk': '#9a6700',
  failing: '#c62828',
  unknown: '#57606a',
  stale: '#57606a',
  'not-applicable': '#57606a',
};

const WORDS: Record<GradeState, string> = {
  ok: 'ok',
  'at-risk': 'at risk',
  failing: 'failing',
  unknown: 'unknown',
  stale: 'stale',
  'not-applicable': 'not applicable',
};

/** Average width of a character at 11 px, in pixels. */
const CHARACTER = 6.6;
const PADDING = 12;

/** A badge as an SVG without scripts, styles or links to elsewhere. */
export function badgeSvg(options: {
  definition: ScorecardDefinition;
  figures: GradeFigures;
}): string {
  const { definition, figures } = options;
  const score = scoreOf(figures);
  const level = definition.levels[figures.rank - 1]?.title.en;
  const left = definition.title.en;
  const right = [
    level,
    score === undefined ? undefined : `${Math.floor(score * 100)} %`,
    WORDS[figures.state],
  ]
    .filter(Boolean)
    .join(' · ');
  const leftWidth = width(left);
  const rightWidth = width(right);
  const label = escapeXml(`${left}: ${right}`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${leftWidth + rightWidth}" height="20" role="img" aria-label="${label}">`,
    `<title>${label}</title>`,
    `<rect width="${leftWidth}" height="20" fill="#24292f"/>`,
    `<rect x="${leftWidth}" width="${rightWidth}" height="20" fill="${COLORS[figures.state]}"/>`,
    `<g fill="#fff" font-family="Verdana,Geneva,sans-serif" font-size="11" text-anchor="middle">`,
    `<text x="${leftWidth / 2}" y="14">${escapeXml(left)}</text>`,
    `<text x="${leftWidth + rightWidth / 2}" y="14">${escapeXml(right)}</text>`,
    '</g></svg>',
  ].join('');
}

function width(text: string): number {
  return Math.round([...text].length * CHARACTER) + PADDING;
}

function escapeXml(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;');
}

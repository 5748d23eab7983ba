/** Code as coloured pieces, for reading. It knows the samples' languages as far as a reader's eye needs, and no more. */

export type PieceKind = 'comment' | 'string' | 'word' | 'plain';

export interface Piece {
  kind: PieceKind;
  text: string;
}

export type Family = 'slash' | 'hash' | 'markup';

const WORDS =
  'and|as|async|await|byte|case|class|const|def|do|elif|else|end|err|export|extends|final|fn|for|from|func|function|if|import|in|let|long|match|mod|module|new|nil|not|null|or|package|print|private|pub|public|raise|range|record|require|require_once|return|sealed|self|static|string|struct|throw|throws|try|type|unless|use|using|var|void|while|with';

const STRINGS = /"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/.source;

const COMMENTS: Readonly<Record<Family, string>> = {
  slash: String.raw`\/\/[^\n]*|\/\*[\s\S]*?\*\/`,
  hash: '#[^\\n]*',
  markup: String.raw`<!--[\s\S]*?-->|(?<=^\s*)\/\/[^\n]*`,
};

const PATTERNS = new Map<Family, RegExp>();

function patternOf(family: Family): RegExp {
  let pattern = PATTERNS.get(family);
  if (!pattern) {
    pattern = new RegExp(`(${COMMENTS[family]})|(${STRINGS})|\\b(${WORDS})\\b`, 'gm');
    PATTERNS.set(family, pattern);
  }
  return pattern;
}

/** The pieces of `code`, in order: joined they are `code` again. */
export function piecesOf(code: string, family: Family): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  const add = (kind: PieceKind, text: string) => {
    if (text) pieces.push({ kind, text });
  };
  for (const match of code.matchAll(patternOf(family))) {
    add('plain', code.slice(end, match.index));
    const [text, comment, string] = match;
    add(comment ? 'comment' : string ? 'string' : 'word', text);
    end = match.index + text.length;
  }
  add('plain', code.slice(end));
  return pieces;
}

/** A text in the languages of the portal. */
export interface LocalizedText {
  en: string;
  zh: string;
}

/** How much can go wrong, as the owner of the subject judges it. */
export const RISKS = ['low', 'medium', 'high'] as const;

/** One of {@link RISKS}. */
export type Risk = (typeof RISKS)[number];

/** A field that would change. Without `before` it is new, without `after` it goes. */
export interface DiffField {
  label: LocalizedText;
  before?: string;
  after?: string;
}

/** A text that would change, for example a manifest or a policy; shown as a line diff. Empty means not there. */
export interface DiffText {
  /** What the text is, for example its file. */
  name: string;
  before: string;
  after: string;
}

/** Who or what would feel the change. */
export interface DiffAffected {
  text: LocalizedText;
  /** Entity ref, when it is in the catalog. */
  entityRef?: string;
}

/** All that somebody who decides is shown. It is complete: what is not in it is not approved. */
export interface SubjectDiff {
  /** What would happen, in plain words; at least one sentence. */
  words: LocalizedText[];
  fields: DiffField[];
  texts: DiffText[];
  affected: DiffAffected[];
  /** How it is undone. */
  undo?: LocalizedText;
}

/** What a decision is asked about. It belongs to the plugin that asks. */
export interface ApprovalSubject {
  /** Id of the plugin that asks and takes the outcome. */
  plugin: string;
  /** For example `traffic-change`. */
  type: string;
  /** Unique among the subjects of its type. */
  subjectId: string;
  /** Entity ref, lower case. */
  entityRef?: string;
  environment?: string;
  /**
   * Whether that environment is production, as it was when this was asked. Not said counts as production where a policy asks,
   * so never leave it out for convenience.
   */
  production?: boolean;
  title: LocalizedText;
  diff: SubjectDiff;
  /** `sha256:` and 64 hexadecimal digits, over all that would be done. An approval holds for exactly this. */
  contentHash: string;
  risk: Risk;
  /** Why, in the words of who asks. */
  reason: string;
  /** Path inside the portal where the subject is found. */
  link: string;
}

import { REDACTED, withoutUserinfo } from './userinfo';

/** A private key by its PEM label, whatever its kind (`EC`, `ENCRYPTED SIGSTORE`, …); also when YAML folded it into one line. */
export const PRIVATE_KEY_LABEL = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY/i;
const PRIVATE_KEY = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY[\s\S]*?(?:-----END [A-Z0-9 ]*-----|$)/gi;

/** Tokens that are known by their form. Prefixes are documented by their issuers for exactly this purpose. */
const KNOWN_TOKENS = new RegExp(
  [
    'gh[pousr]_[A-Za-z0-9]{16,}', // GitHub
    'github_pat_\\w{16,}',
    'gl(?:pat|dt|rt|rtr|cbt|ptt|ft|imt|agent|oas|soat|ffct)-[\\w.-]{10,}', // GitLab
    'hf_(?:(?=[a-z]*[A-Z0-9])[A-Za-z0-9]{10,}|[a-z]{30,})', // Hugging Face; `hf_transformers` is a name
    'nvapi-[\\w-]{16,}', // NVIDIA NGC
    'dckr_(?:pat|oat)_[\\w-]{10,}', // Docker
    'pul-[0-9a-f]{32,}', // Pulumi
    'npm_[A-Za-z0-9]{30,}',
    'pypi-(?=[\\w-]*[A-Z])[\\w-]{16,}',
    '(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}', // AWS
    'AIza[\\w-]{30,}', // Google
    'ya29\\.[\\w-]{10,}',
    'xox[abeprs]-[\\w-]{10,}', // Slack
    'sk-(?:(?:ant|proj|svcacct|admin|or)-[\\w-]{20,}|[A-Za-z0-9]{20,})', // model providers; `sk-learn-model-of-acme` is a name
    'eyJ[\\w-]{8,}\\.[\\w-]{4,}(?:\\.[\\w-]*)?', // JSON web token
  ]
    .map((form) => `(?<![A-Za-z0-9])${form}`)
    .join('|'),
  'g',
);

/**
 * Names of secrets, as they stand before a value. Not `tokens` and `tokenizer`, which are numbers and names of model servers, and not the setting
 * `tokenRealms`, which we ask people to copy.
 */
const NAME =
  '[\\w.-]*?(?:signature|token(?!s|iz|[-_]?realm)|secret|passw(?:or)?d|passphrase|credentials?|api[-_]?key|access[-_]?key|private[-_]?key|jwt)[\\w.-]*';
const VALUE = '"[^"]*"|\'[^\']*\'|[^\\s"\'`&;,<>(){}]+';

const NAMED: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // Queries: a redirect to storage is a signed permission (`X-Amz-Signature`, `sig`).
  [new RegExp(`([?&;](?:${NAME}|sig|key|auth|code|pwd|pass|sas)=)[^&\\s"'<>)]+`, 'gi'), `$1${REDACTED}`],
  [new RegExp(`((?<![\\w.-])(?:${NAME}|pwd)=)(?:${VALUE})`, 'gi'), `$1${REDACTED}`],
  // JSON of a docker config or of a token service.
  [new RegExp(`(\\\\?["'](?:${NAME}|auth|pwd|pass)\\\\?["']\\s*:\\s*\\\\?["'])[^"'\\\\]*`, 'gi'), `$1${REDACTED}`],
  // Prose and YAML: names that are nothing but a secret's. `acme/access-token:v1` is an image.
  [
    /(\b(?!(?<=\/[\w.-]{0,100})[\w-]+:\S)(?:passw(?:or)?d|pwd|(?:secret|access)[-_ ]?key|client[-_]secret|api[-_]?key|(?:access|refresh|identity|session|registry)[-_]?token)\s*:\s*)(?!expected\b|missing\b|is\b|REDACTED)(?:"[^"]*"|'[^']*'|[^\s"',;&]+)/gi,
    `$1${REDACTED}`,
  ],
  // Headers.
  [
    /(\b(?:proxy-)?authorization["']?\s*[:=]\s*["']?)(?:(?:basic|bearer|digest|negotiate|aws4-hmac-sha256|token)\s+)?[^\r\n"']+/gi,
    `$1${REDACTED}`,
  ],
  [
    /(\b(?:set-cookie|cookie|x-registry-auth|x-api-key|private-token|x-vault-token|x-amz-security-token)["']?\s*:\s*["']?)[^\r\n"']+/gi,
    `$1${REDACTED}`,
  ],
  [/(\bbearer\s+)(?=[\w.~+/-]*[\d.])(?![\w-]+=)[\w.~+/-]{8,}=*/gi, `$1${REDACTED}`],
  // Options of docker, helm, cosign, curl.
  [
    /(--(?:registry-)?(?:password|passwd|token|secret|identity-token|api-key|access-token)(?:\s+|=))(?:"[^"]*"|'[^']*'|\S+)/gi,
    `$1${REDACTED}`,
  ],
  [/(\blogin\b[^\r\n]*?\s-p[= ]?)(?:"[^"]*"|'[^']*'|\S+)/gi, `$1${REDACTED}`],
  [/(\s(?:-u|--user)[= ]?[^\s:'"]+:)[^\s'"]+/gi, `$1${REDACTED}`],
];

/** Base64 of `user:password`, as in `Basic …` and in `auth` of a docker config. Digits of a hash decode to no text. */
const BASE64_WORD = /(?<![\w+/=-])[A-Za-z0-9+/]{8,}={0,2}(?![\w+/=-])/g;
const USER_AND_PASSWORD = /^[\w.@<>|+-]{1,128}:[\x20-\x7e]{3,}$/;

/**
 * Takes secrets out of a text before it is shown: credentials in references and addresses, known tokens, private keys, and what stands
 * behind the name of a secret in a query, a header, an option or JSON. It cannot know a password that stands alone.
 *
 * @example redacted('oci://bot:hunter2@ghcr.io/acme/model') // 'oci://REDACTED@ghcr.io/acme/model'
 */
export function redacted(text: string): string {
  let shown = text.replace(PRIVATE_KEY, 'a private key (not shown)');
  for (const [pattern, replacement] of NAMED) shown = shown.replace(pattern, replacement);
  shown = shown.replace(KNOWN_TOKENS, REDACTED);
  shown = shown.replace(BASE64_WORD, (word) => (isUserAndPassword(word) ? REDACTED : word));
  return shown.includes('@') || /%40/.test(shown) ? shown.replace(/[^\s"'`<>]+/g, withoutUserinfo) : shown;
}

/** As `redacted`, for a text that should be one reference: a password in it may hold anything, also spaces and quotes. */
export function redactedReference(text: string): string {
  return redacted(withoutUserinfo(text));
}

function isUserAndPassword(word: string): boolean {
  return word.length % 4 !== 1 && USER_AND_PASSWORD.test(Buffer.from(word, 'base64').toString('latin1'));
}

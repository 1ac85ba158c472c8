export { dangerousServerOptions, SERVER_OPTION_RULES } from './dangerousServerOptions';
export { SERVER_IMAGES, SERVER_PROGRAMS } from './serverKind';
export { TRUST_REMOTE_CODE } from './rules/anyServer';
export { PICKLE_LOAD_FORMATS } from './rules/vllm';
export type { OptionRule } from './optionRule';
export type { DangerousOption, ModelServerKind, ServerInvocation } from './types';

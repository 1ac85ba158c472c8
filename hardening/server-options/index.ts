export { dangerousServerOptions, SERVER_OPTION_RULES } from './dangerousServerOptions';
export { PICKLE_LOAD_FORMATS } from './rules/vllm';
export type { OptionRule } from './optionRule';
export type { DangerousOption, ModelServerKind, ServerInvocation } from './types';

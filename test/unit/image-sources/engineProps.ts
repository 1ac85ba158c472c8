import { unknownCheckingProxy } from '@pulumi/policy';

/** What the engine sends in place of a text that is not known at preview (`@pulumi/policy` proxy.js, unknownStringValue). */
export const UNKNOWN = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

/** Properties as a policy receives them: through JSON, then behind the proxy that throws when an unknown value is read. */
export function engineProps(props: unknown): unknown {
  return unknownCheckingProxy(JSON.parse(JSON.stringify(props)));
}

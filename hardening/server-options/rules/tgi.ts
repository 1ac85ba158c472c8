import type { OptionRule } from '../optionRule';

/** https://huggingface.co/docs/text-generation-inference/reference/launcher; every flag has a variable of the same name. */
export const TGI: readonly OptionRule[] = [
  {
    flags: ['--ngrok', '--ngrok-authtoken', '--ngrok-edge', '--ngrok-domain'],
    variables: ['NGROK', 'NGROK_AUTHTOKEN', 'NGROK_EDGE', 'NGROK_DOMAIN'],
    danger: { when: 'on' },
    severity: 'block',
    reason: 'opens a tunnel from the internet to the server, past every network policy',
    fix: 'remove it, and publish the server through the gateway of the cluster',
  },
  {
    variables: ['API_KEY'],
    ambiguous: true,
    credential: true,
    danger: { when: 'present' },
    severity: 'advise',
    reason: 'a credential written into the pod is readable for everybody who may read pods or the state of the stack',
    fix: 'take it from a Secret: env[].valueFrom.secretKeyRef',
  },
  {
    flags: ['--usage-stats'],
    variables: ['USAGE_STATS'],
    ambiguous: true,
    danger: { when: 'value', is: (value) => value.toLowerCase() === 'on' },
    severity: 'advise',
    reason: 'sends statistics about the server to its maker',
    fix: 'write --usage-stats off',
  },
];

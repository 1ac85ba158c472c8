import { ArgumentProblems } from '../../../../components/arguments/argumentProblems';
import * as checks from '../../../../components/arguments/argumentChecks';
import { readOrComplain, readTufRepository } from '../../../../components/arguments/filesOfArguments';
import { unknownArguments } from '../../../../components/arguments/unknownArguments';
import { faultsOf, HOSTILE_TEXTS, SECRET_TEXTS } from '../../../support/printing/hostileText';

const CHECKS = [
  checks.digestReference,
  checks.componentName,
  checks.namespaceName,
  checks.secretName,
  checks.labelName,
  checks.labelValue,
  checks.cpuQuantity,
  checks.byteQuantity,
  checks.extendedResourceName,
  checks.integer('a number', 1, 2, 'write one'),
  checks.choice(['a', 'b']),
];

describe.each([...HOSTILE_TEXTS, ...SECRET_TEXTS])('%s as an argument', (_what, text) => {
  it('is not live in the error', () => {
    const problems = new ArgumentProblems(`ModelServing "${text}"`);
    CHECKS.forEach((check) => problems.add(`args.${text}`, check(text)));
    unknownArguments('', { [text]: 1 }, {}, problems);
    readOrComplain(text, 'file', problems);
    readTufRepository({ mirror: text, rootPath: text }, problems);
    let message = '';
    try {
      problems.throwIfAny();
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain('invalid arguments');
    // A placeholder of ours, in a code span.
    for (const line of message.replaceAll('`crane digest <image>`', '').split('\n'))
      expect({ line, faults: faultsOf(line) }).toEqual({ line, faults: [] });
  });
});

describe('an image with credentials', () => {
  it('is told without them, whatever they hold', () => {
    const complaint = checks.digestReference('oci://bot:hunter 2@ghcr.io/acme/model:v1');
    expect(complaint?.found).toBe('"oci://REDACTED@ghcr.io/acme/model:v1"');
  });
});

import { report } from '../../../policy-pack/violations';

const reported = (...args: [violation: Parameters<typeof report>[0], urn?: string]) => {
  const reportViolation = jest.fn();
  report(args[0], reportViolation, 'What the policy is for.', args[1]);
  expect(reportViolation).toHaveBeenCalledTimes(1);
  return reportViolation.mock.calls[0] as unknown[];
};

describe('when a violation has the level of its policy', () => {
  it('is reported as text: a level of ours could only weaken what the user configured', () => {
    expect(reported({ message: 'unsigned' })).toEqual(['unsigned', undefined]);
    expect(reported({ message: 'unsigned' }, 'urn:x')).toEqual(['unsigned', 'urn:x']);
  });
});

describe('when a violation is lowered', () => {
  it('is reported as advisory, with the description that the SDK adds to text only', () => {
    expect(reported({ message: 'unsigned', level: 'advisory' })).toEqual([
      { message: 'What the policy is for.\nunsigned', enforcementLevel: 'advisory' },
    ]);
    expect(reported({ message: 'unsigned', level: 'advisory' }, 'urn:x')).toEqual([
      { message: 'What the policy is for.\nunsigned', enforcementLevel: 'advisory', urn: 'urn:x' },
    ]);
  });
});

import fc from 'fast-check';
import { buildJson } from '../../../verification/jsonTree';
import { AmbiguousName } from '../../../verification/jsonNames';
import { member } from '../../../verification/json';
import { FREE_FORM, STRUCTS, parseStrictJson, readStrictJson } from '../../../verification/strictJson';
import type { JsonRules } from '../../../verification/strictJson';

const problemOf = (source: string | Uint8Array, rules: JsonRules = STRUCTS): string => {
  const read = readStrictJson(source, rules);
  return read.ok ? 'accepted' : read.problem;
};

describe('when every parser reads a text alike', () => {
  it('is what JSON.parse makes of it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const text = JSON.stringify(value);
        expect(parseStrictJson(text, FREE_FORM)).toEqual(JSON.parse(text));
        expect(parseStrictJson(Buffer.from(text), FREE_FORM)).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each([
    '{"a":{"b":1},"c":{"b":2}}',
    '[{"a":1},{"A":2}]',
    '{"a":"\\"{\\\\","b":"\\\\\\""}',
    '{"a":"\\ud83d\\ude00","b":"\ud83d\ude00"}',
    '{"n":[0,-1,1.5,1e300,12345678901234567890]}',
    '{"__proto__":{"constructor":1},"length":2}',
    ' \n\t{ "a" : [ ] , "b" : { } } \n',
    '"a text"',
    'null',
  ])('accepts %s', (text) => {
    expect(parseStrictJson(text)).toEqual(JSON.parse(text));
  });

  it('accepts names that differ in case alone in a map, and nowhere else', () => {
    const environment = '{"http_proxy":"a","HTTP_PROXY":"b"}';
    expect(problemOf(environment)).toContain('second spelling');
    expect(problemOf(`{"annotations":${environment}}`, { ...STRUCTS, maps: new Set(['annotations']) })).toBe('accepted');
    expect(problemOf(`{"predicate":{"deep":[${environment}]}}`, { ...STRUCTS, maps: new Set(['predicate']) })).toBe('accepted');
    expect(problemOf(environment, FREE_FORM)).toBe('accepted');
  });
});

describe('when parsers read a text differently', () => {
  it.each<[string, string, string]>([
    ['a name twice', '{"a":{"b":1,"b":2}}', 'a.b: a name that is there twice'],
    ['a name twice, in a list', '{"a":[{},{"b":1,"c":{},"b":2}]}', 'a[1].b: a name that is there twice'],
    ['a name twice, once by an escape', '{"a":1,"\\u0061":2}', 'a: a name that is there twice'],
    ['an empty name twice', '{"":1,"":2}', 'twice'],
    ['a prototype twice', '{"__proto__":1,"__proto__":2}', 'twice'],
    ['a name in capitals', '{"a":[{"digest":1,"DIGEST":2}]}', 'a[0].DIGEST: a second spelling of the field "digest"'],
    ['a name with a long s', '{"size":1,"\u017fize":2}', 'a second spelling of the field "size"'],
    ['a name with the sign for Kelvin', '{"kind":1,"\u212aind":2}', 'a second spelling of the field "kind"'],
    ['the same by an escape', '{"kind":1,"\\u212aind":2}', 'a second spelling of the field "kind"'],
    ['three spellings', '{"a":1,"b":2,"A":3}', 'A: a second spelling'],
    ['half of a surrogate pair', '{"a":"\\ud800"}', 'a: half of a surrogate pair'],
    ['the other half', '{"a":"x\\udc00"}', 'a: half of a surrogate pair'],
    ['halves in the wrong order', '{"a":"\\udc00\\ud800"}', 'a: half of a surrogate pair'],
    ['two names that become one', '{"\\ud800":1,"\\ud801":2}', 'half of a surrogate pair'],
    ['a number out of range', '{"a":[1,1e400]}', 'a[1]: the number 1e400, which is out of range'],
    ['a number out of range without exponent', `{"a":${'9'.repeat(400)}}`, 'out of range'],
    ['text behind the value', '{} {}', 'not JSON'],
    ['a byte order mark', '\ufeff{}', 'not JSON'],
    ['a comma at the end', '{"a":1,}', 'not JSON'],
    ['nothing', '', 'not JSON'],
    ['nesting without end', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'nested more than 1000 levels deep'],
    ['nesting without end in objects', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, 'nested more than 1000 levels deep'],
  ])('refuses %s', (_what, text, problem) => {
    expect(problemOf(text)).toContain(problem);
  });

  it('refuses broken UTF-8, which Go replaces', () => {
    expect(problemOf(Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}')]))).toBe('not valid UTF-8');
    // A surrogate in UTF-8, and a character in more bytes than it needs.
    expect(problemOf(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]))).toBe('not valid UTF-8');
    expect(problemOf(Buffer.from([0x22, 0xc0, 0xaf, 0x22]))).toBe('not valid UTF-8');
  });

  it.each(['3.0', '3e0', '-0', '0.3e1', '9007199254740993', '1e300'])('refuses %s where numbers are whole', (number) => {
    expect(problemOf(`{"size":${number}}`, { ...STRUCTS, wholeNumbers: true })).toContain('size: the number');
    expect(problemOf(`{"size":${number}}`)).toBe('accepted');
  });

  it('refuses a field in another spelling where it is alone', () => {
    const rules: JsonRules = { ...STRUCTS, fields: new Set(['subject']), maps: new Set(['predicate']) };
    expect(problemOf('{"Subject":[]}', rules)).toBe(
      'Subject: a second spelling of the field "subject", which some parsers read in its place',
    );
    expect(problemOf('{"predicate":{"Subject":[]}}', rules)).toBe('accepted');
  });

  it('refuses more values than are read, before they become objects', () => {
    expect(readStrictJson('[1,2,3,4]', { ...STRUCTS, maxValues: 3 })).toEqual({ ok: false, problem: 'more than 3 values', excess: true });
  });

  it('reads names with escapes as they are written, whatever it read before', () => {
    // V8 keeps the names of the objects that it met, and takes an escape for the name that begins with a backslash.
    for (const text of ['{"a":[],"\\\\":[]}', '{"a":1,"\\\\u0064igest":2}', '{"a":1,"\\\\":2,"z":3}']) {
      for (let times = 0; times < 3; times += 1) JSON.parse(text);
    }
    const read = (text: string) => readStrictJson(text, FREE_FORM);
    expect(read('{"a":[],"\\"":[],"\\\\":[]}')).toEqual({ ok: true, value: { a: [], '"': [], '\\': [] } });
    expect(read('{"a":1,"\\u0064igest":2}')).toEqual({ ok: true, value: { a: 1, digest: 2 } });
    expect(read('{"a":1,"\\u0062":2,"z":3}')).toEqual({ ok: true, value: { a: 1, b: 2, z: 3 } });
    expect(problemOf('{"a":1,"digest":1,"\\u0064igest":2}', FREE_FORM)).toContain('there twice in one object');
  });

  it('builds the value that was written, token by token', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, '\t'), (value, space) => {
        const text = JSON.stringify(value, undefined, space);
        expect(JSON.stringify(buildJson(text), undefined, space)).toBe(text);
      }),
    );
    expect(Object.keys(buildJson('{"__proto__":{"x":1}}') as object)).toEqual(['__proto__']);
  });

  it('finds every repetition, wherever it is', () => {
    const names = fc.constantFrom('a', 'b', 'digest', '"', '\\', '\u00e9', '__proto__', '0', '');
    fc.assert(
      fc.property(fc.array(fc.tuple(names, fc.jsonValue()), { maxLength: 6 }), fc.array(names, { maxLength: 3 }), (members, path) => {
        const object = `{${members.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`;
        const text = path.reduce((inner, name, index) => (index % 2 === 0 ? `{${JSON.stringify(name)}:${inner}}` : `[0,${inner}]`), object);
        const repeats = new Set(members.map(([name]) => name)).size < members.length;
        expect(problemOf(text, FREE_FORM).includes('there twice in one object')).toBe(repeats);
      }),
    );
  });
});

describe('when a field of a map is read', () => {
  const document = parseStrictJson('{"labels":{"version":"1","Version":"2","name":"x"},"Name":"y"}', FREE_FORM);

  it('throws for a field with a second spelling', () => {
    expect(() => member(document, 'labels', 'version')).toThrow(AmbiguousName);
    expect(() => member(document, 'labels', 'Version')).toThrow(AmbiguousName);
  });

  it('reads what has only one beside', () => {
    expect(member(document, 'labels', 'name')).toBe('x');
    expect(member(document, 'Name')).toBe('y');
    expect(member(document, 'labels', 'VERSIONS')).toBeUndefined();
  });

  it('throws for a third spelling, which Go would find', () => {
    expect(() => member(document, 'labels', 'VERSION')).toThrow(AmbiguousName);
  });
});

describe('names that earlier documents had', () => {
  const rules: JsonRules = { ...STRUCTS, maxNames: 2_000, fields: new Set(['digest']) };

  it('say nothing about the next document', () => {
    expect(problemOf('{"size":1,"a":{"Tag":1}}', rules)).toBe('accepted');
    expect(problemOf('{"Size":1,"a":{"tag":1}}', rules)).toBe('accepted');
    expect(problemOf('{"size":1,"Size":2}', rules)).toContain('a second spelling of the field');
    expect(problemOf('{"size":1}', rules)).toBe('accepted');
    expect(problemOf('{"Digest":1}', rules)).toContain('a second spelling of the field "digest"');
  });

  it('count for the document that has them, also after one that has too many', () => {
    const many = (count: number): string => `{${Array.from({ length: count }, (_, index) => `"n${index}":1`).join()}}`;
    for (let time = 0; time < 3; time++) {
      expect(problemOf(many(1_500), rules)).toBe('accepted');
      expect(problemOf(many(2_500), rules)).toBe('more than 2000 different names');
      expect(problemOf('{"n1":1,"N1":2}', rules)).toContain('a second spelling of the field');
    }
  });
});

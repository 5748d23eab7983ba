import { t } from '../i18n';
import { CodeBlock } from '../parts/code-block';
import { Tabs } from '../parts/tabs';
import { piecesOf } from './highlight';
import { BACKEND_SAMPLES, type Blanks, filledIn, PAGE_SAMPLES } from './samples';

interface Props {
  of: 'backend' | 'page';
  blanks: Blanks;
}

/** The same in several languages; the one that was looked at last comes first the next time. */
export default function SamplePicker({ of, blanks }: Props) {
  const samples = of === 'backend' ? BACKEND_SAMPLES : PAGE_SAMPLES;
  return (
    <Tabs
      label={of === 'backend' ? t('Language of your backend') : t('What your pages are made with')}
      remember={`sample-${of}`}
      tabs={samples.map(({ label, family, code }) => {
        const name = t(label);
        const text = filledIn(code, blanks);
        return {
          label: name,
          content: (
            <CodeBlock
              code={text}
              pieces={piecesOf(text, family)}
              name={t('sample for {language}', { language: name })}
            />
          ),
        };
      })}
    />
  );
}

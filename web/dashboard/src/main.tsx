import { render } from 'preact';
import { App } from './app';
import { startLanguage } from './i18n';
import { startRouter } from './router';
import { resumeSession } from './session';
import { startTheme } from './theme';
import './styles/tokens.css';
import './styles/base.css';
import './styles/parts.css';
import './styles/frame.css';
import './styles/menu.css';

startTheme();
startRouter();
void resumeSession();
// Drawn once the words are there: no page shows English for a moment.
void startLanguage().then(() => render(<App />, document.getElementById('app') as HTMLElement));

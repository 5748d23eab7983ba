import { render } from 'preact';
import { App } from './app';
import { startRouter } from './router';
import { resumeSession } from './session';
import { startTheme } from './theme';
import './styles/tokens.css';
import './styles/base.css';
import './styles/parts.css';
import './styles/frame.css';
import './styles/chats.css';
import './styles/conversations.css';
import './styles/integrations.css';
import './styles/identification.css';
import './styles/contacts.css';

startTheme();
startRouter();
void resumeSession();
render(<App />, document.getElementById('app') as HTMLElement);

// This page answered a form. Whoever reloads it or comes back to it gets it afresh, and not a browser's question about
// sending the form again. The server decides what it then shows.
history.replaceState(history.state, "", location.href);

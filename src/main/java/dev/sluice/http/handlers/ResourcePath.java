package dev.sluice.http.handlers;

import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Surface;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The path of a request for files or batches, below the surface.
 *
 * @param tail as it is sent to the provider, with the query
 * @param id of the file or batch, or null for all of them
 * @param item whether the path ends with the id
 */
record ResourcePath(String tail, String id, boolean item) {

    /** Nothing is escaped and no segment is a dot segment: provider and Sluice read the same id. */
    private static final Pattern FORM =
            Pattern.compile("(?:/([A-Za-z0-9_-][A-Za-z0-9_.:~-]*)?((?:/[A-Za-z0-9_-]+)*))?");

    /** @throws GatewayException NOT_FOUND for a path of another form */
    static ResourcePath of(String uri, Surface surface) {
        int at = uri.indexOf(surface.path());
        String tail = at < 0 ? "//" : uri.substring(at + surface.path().length());
        int query = tail.indexOf('?');
        Matcher form = FORM.matcher(query < 0 ? tail : tail.substring(0, query));
        if (!form.matches()
                || form.group(1) == null
                        && form.group(2) != null
                        && !form.group(2).isEmpty()) {
            throw notFound(surface);
        }
        return new ResourcePath(
                tail, form.group(1), form.group(2) == null || form.group(2).isEmpty());
    }

    /** The same for an unknown id, and for that of another owner. */
    static GatewayException notFound(Surface surface) {
        String what = surface == Surface.FILES ? "file" : "batch";
        return new GatewayException(GatewayError.of(
                        Kind.NOT_FOUND, "no such " + what + " (expected: the id of one that your key or team created)")
                .withCode(what + "_not_found"));
    }

    /** The tail of the list's next page. */
    static String after(String tail, String lastId) {
        int query = tail.indexOf('?');
        StringBuilder next = new StringBuilder(query < 0 ? tail : tail.substring(0, query))
                .append("?after=")
                .append(lastId);
        if (query >= 0) {
            for (String parameter : tail.substring(query + 1).split("&")) {
                if (!parameter.isEmpty() && !parameter.startsWith("after=")) {
                    next.append('&').append(parameter);
                }
            }
        }
        return next.toString();
    }
}

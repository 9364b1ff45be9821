package dev.sluice.protocol.request;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.ModelName;
import dev.sluice.protocol.json.JsonScanner;
import dev.sluice.protocol.json.MalformedJson;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the model that a passed-through request names, whose prices its reported usage costs. */
public final class RelayedModel {

    /** The model of a request that names none, or more than one. */
    public static final String ANY = "*";

    /** Gemini and Azure name the model in the path. */
    private static final Pattern IN_PATH = Pattern.compile("/(?:models|deployments)/([^/:?]+)[:/]");

    private RelayedModel() {}

    /** @param path of the request, without its query */
    public static String of(String path, ByteSlice body) {
        Matcher named = IN_PATH.matcher(path);
        String model = named.find() ? named.group(1) : inBody(body);
        return model != null && ModelName.isValid(model) ? model : ANY;
    }

    private static String inBody(ByteSlice body) {
        if (body.isEmpty()) {
            return null;
        }
        String model = null;
        JsonScanner json = new JsonScanner().reset(body);
        try {
            if (json.peek() != '{') {
                return null;
            }
            json.enter();
            while (json.more()) {
                // Some providers ignore the case of names, and the last one counts for them.
                boolean named = json.name().equalsIgnoreCase("model");
                boolean text = json.peek() == '"';
                int start = json.position();
                json.skip();
                if (named && (!text || model != null)) {
                    return null;
                }
                model = named ? JsonScanner.text(body.array(), start, json.position()) : model;
            }
        } catch (MalformedJson malformed) {
            return null;
        }
        return model;
    }
}

package dev.sluice.cli;

import dev.sluice.auth.keys.PepperFile;
import dev.sluice.cli.AdminCalls.Reply;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.loading.ConfigLoader;
import dev.sluice.config.loading.LoadedConfig;
import dev.sluice.store.Store;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The picocli mixin that selects where a command works: on a running server or, if none is listening, on the store of
 * the config.
 */
final class AdminTarget {

    @Option(
            names = "--admin",
            paramLabel = "URL",
            description = "The admin listener of a running server. Default: the address in the config.")
    private String admin;

    @Option(names = "--store", description = "Uses the store directly, even if a server runs.")
    private boolean direct;

    @Mixin
    private ConfigFile file;

    private final Map<String, String> environment = System.getenv();
    private AdminCalls calls;
    private boolean fallback;
    private boolean createsStore;

    /** An error message and the exit code. */
    static final class Failed extends Exception {

        private static final long serialVersionUID = 1L;

        private final int exit;

        Failed(int exit, String why) {
            super(why, null, false, false);
            this.exit = exit;
        }

        int exit() {
            return exit;
        }
    }

    /** Lets the command create the store's SQLite database if it does not exist. */
    AdminTarget creatingStore() {
        createsStore = true;
        return this;
    }

    /** The path of the config file, for messages. */
    String configPath() {
        return file.path().toString();
    }

    /**
     * The pepper with which a server of this config checks keys: {@code auth.pepper}, or the one that it has generated.
     * Null if there is neither, and without a config that can be read.
     */
    PrintedKey.ConfiguredPepper configuredPepper() {
        if (!(ConfigLoader.load(file.path(), System::getenv) instanceof LoadedConfig.Ok ok)) {
            return null;
        }
        SluiceConfig config = ok.config();
        if (config.auth().pepper() != null) {
            return new PrintedKey.ConfiguredPepper(config.auth().pepper(), null);
        }
        Path generated = config.store().enabled() ? Store.pepperFile(config.store()) : null;
        try {
            return generated == null || !Files.exists(generated)
                    ? null
                    : new PrintedKey.ConfiguredPepper(
                            PepperFile.open(generated).pepper(), "file:" + generated.toAbsolutePath());
        } catch (IOException unreadable) {
            return null;
        }
    }

    /** The work of a command. */
    interface Work {
        int run() throws Failed;
    }

    /** Runs a command's work and closes the client. A failure is printed and becomes the exit code. */
    int run(PrintWriter err, Work work) {
        try {
            return work.run();
        } catch (Failed failed) {
            err.println(failed.getMessage());
            err.flush();
            return failed.exit();
        } finally {
            if (calls != null) {
                calls.close();
            }
        }
    }

    /** The response of a successful call. */
    Reply call(String method, String path, Map<String, String> query, JsonObject body, PrintWriter err) throws Failed {
        Reply reply = send(method, path, query, body == null ? null : body.encode(), err);
        if (!reply.succeeded()) {
            throw new Failed(Sluice.BAD_USAGE, errorMessage(reply));
        }
        return reply;
    }

    /** The store of the config, even if a server is running. */
    AdminStore store() throws Failed {
        try {
            AdminStore store = AdminStore.open(config(), createsStore);
            calls = store;
            return store;
        } catch (IOException failed) {
            throw new Failed(Sluice.CANNOT_START, "the store cannot be opened: " + failed.getMessage());
        }
    }

    private Reply send(String method, String path, Map<String, String> query, String body, PrintWriter err)
            throws Failed {
        if (calls == null) {
            calls = direct ? store() : new AdminHttp(url(), environment.get("SLUICE_ADMIN_KEY"));
        }
        try {
            return calls.call(method, path, query, body);
        } catch (ConnectException refused) {
            if (admin != null || fallback) {
                throw new Failed(
                        Sluice.CANNOT_START,
                        "no server is listening at " + url()
                                + " (expected: the admin listener of a running server, or --store)");
            }
            err.println("no server is listening at " + url() + "; using the store of " + file.path());
            fallback = true;
            calls = store();
            return send(method, path, query, body, err);
        } catch (IOException | IllegalArgumentException failed) {
            String where = calls instanceof AdminStore ? "the store of " + file.path() : url();
            throw new Failed(Sluice.CANNOT_START, "no response from " + where + ": " + failed.getMessage());
        }
    }

    private String url() {
        if (admin != null) {
            return admin;
        }
        String port = environment.get("SLUICE_ADMIN_PORT");
        if (port != null && !port.isEmpty()) {
            return "http://127.0.0.1:" + port;
        }
        int configured = ConfigLoader.load(file.path(), System::getenv) instanceof LoadedConfig.Ok ok
                ? ok.config().server().admin().port()
                : 8081;
        return "http://127.0.0.1:" + configured;
    }

    private SluiceConfig config() throws Failed {
        return switch (ConfigLoader.load(file.path(), System::getenv)) {
            case LoadedConfig.Ok ok -> ok.config();
            case LoadedConfig.Refused refused ->
                throw new Failed(
                        Sluice.BAD_USAGE,
                        String.join(
                                System.lineSeparator(),
                                refused.problems().stream()
                                        .map(Object::toString)
                                        .toList()));
        };
    }

    private static String errorMessage(Reply reply) {
        String message;
        try {
            message = new JsonObject(reply.body()).getJsonObject("error").getString("message");
        } catch (DecodeException | ClassCastException | NullPointerException notOurs) {
            message = "the response is not from Sluice's admin listener";
        }
        return message + " (" + reply.status() + ")"
                + (reply.status() == 401 ? "; set SLUICE_ADMIN_KEY to a key with an admin role" : "");
    }
}

package dev.sluice.bench.proxy;

import dev.sluice.auth.keys.KeyGenerator;
import dev.sluice.bench.load.Request;
import dev.sluice.bench.measure.ProcessTree;
import dev.sluice.bench.upstream.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sluice, started from its jar with production flags and settings. */
public final class SluiceProxy implements Proxy {

    public static final String NAME = "sluice";

    /** The jar under test, at the path that its class-data archive names. */
    private static final Path JAR = Path.of(System.getProperty("bench.jar", "target/sluice.jar"));

    private static final Pattern READY =
            Pattern.compile("ready in \\d+ ms at http://127\\.0\\.0\\.1:(\\d+)  admin (http://[0-9.:]+)");

    private final ChildProcess child;
    private final Path config;
    private final int upstream;
    private final KeyGenerator.GeneratedKey key;
    private final SluiceSettings.Features features;
    private final boolean currentVersion;
    private final SluiceStore store;
    private final double readyMillis;
    private final int port;
    private final String adminUrl;

    private SluiceProxy(
            ChildProcess child,
            Path config,
            int upstream,
            KeyGenerator.GeneratedKey key,
            SluiceSettings.Features features,
            boolean ofToday,
            SluiceStore store)
            throws IOException {
        this.features = features;
        this.currentVersion = ofToday;
        this.store = store;
        this.child = child;
        this.config = config;
        this.upstream = upstream;
        this.key = key;
        Matcher ready = child.awaitLine(READY);
        this.readyMillis = child.uptimeMillis();
        this.port = Integer.parseInt(ready.group(1));
        this.adminUrl = ready.group(2);
    }

    /** Starts Sluice with production settings. */
    public static SluiceProxy start(Path directory, JvmCommand jvm, int upstream) throws IOException {
        return start(directory, jvm, upstream, SluiceSettings.Features.ALL);
    }

    public static SluiceProxy start(Path directory, JvmCommand jvm, int upstream, SluiceSettings.Features features)
            throws IOException {
        return start(directory, jvm, upstream, features, JAR);
    }

    /** @param jar jar of Sluice; a version without a store is possible */
    public static SluiceProxy start(
            Path directory, JvmCommand jvm, int upstream, SluiceSettings.Features features, Path jar)
            throws IOException {
        KeyGenerator.GeneratedKey key = SluiceSettings.generateKey();
        Path config = Files.createDirectories(directory).resolve("sluice.yaml");
        boolean ofToday = jar.equals(JAR);
        SluiceStore store = null;
        if (features.tenancy().includes(SluiceSettings.Tenancy.LEDGER)) {
            store = SluiceStore.empty(directory);
        }
        if (features.tenancy().includes(SluiceSettings.Tenancy.STORED_KEY)) {
            store.insert(key);
        }
        Files.writeString(config, SluiceSettings.yaml(upstream, key, features, directory, ofToday, ""));
        ChildProcess child = ChildProcess.start(NAME, directory, jvm.jar(jar, "serve", "--config", config.toString()));
        try {
            return new SluiceProxy(child, config, upstream, key, features, ofToday, store);
        } catch (IOException failure) {
            child.close();
            throw failure;
        }
    }

    /** Null when it runs without a store. */
    public SluiceStore store() {
        return store;
    }

    /**
     * Edits the configuration as an editor would: a new file renamed over the old one.
     *
     * @param moreProviders lines at the end of {@code providers}, indented by two
     */
    public void edit(String moreProviders) throws IOException {
        Path next = config.resolveSibling("next.yaml");
        Files.writeString(
                next, SluiceSettings.yaml(upstream, key, features, config.getParent(), currentVersion, moreProviders));
        Files.move(next, config, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Time from the start of the process to its ready line. */
    public double readyMillis() {
        return readyMillis;
    }

    public String adminUrl() {
        return adminUrl;
    }

    public ChildProcess child() {
        return child;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Request request(Mode mode, int promptBytes) {
        return Request.chat(
                port, "/v1/chat/completions", key.token().reveal(), model(mode), mode != Mode.WHOLE, promptBytes);
    }

    @Override
    public ProcessTree process() {
        return child.tree();
    }

    /** The same request to the same provider, from a client of Anthropic's Messages. */
    public Request messages(Mode mode, int promptBytes) {
        return Request.messages(port, key.token().reveal(), model(mode), promptBytes);
    }

    @Override
    public boolean isJvm() {
        return true;
    }

    @Override
    public void truncateLog() throws IOException {
        child.truncateLog();
    }

    @Override
    public void close() {
        child.close();
    }

    private String model(Mode mode) {
        return features.route() ? SluiceSettings.model(mode) : SluiceSettings.unrouted(mode);
    }
}

package dev.sluice.bench.proxy;

import dev.sluice.bench.load.Request;
import dev.sluice.bench.measure.ProcessTree;
import dev.sluice.bench.upstream.Mode;

/** A reverse proxy that forwards requests unchanged, or the upstream itself. */
public record PlainProxy(String name, ChildProcess child, int port, boolean isJvm) implements Proxy {

    private static final String KEY = "sk-proj-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWX";

    @Override
    public Request request(Mode mode, int promptBytes) {
        String path = mode.prefix() + "/chat/completions";
        return Request.chat(port, path, KEY, "gpt-4o-mini", mode != Mode.WHOLE, promptBytes);
    }

    @Override
    public ProcessTree process() {
        return child.tree();
    }

    @Override
    public void close() {
        child.close();
    }
}

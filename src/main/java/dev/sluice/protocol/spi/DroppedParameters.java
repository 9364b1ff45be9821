package dev.sluice.protocol.spi;

import java.util.ArrayList;
import java.util.List;

/** What a target could not take as the client said it: the client is told in {@code x-sluice-dropped}. */
public final class DroppedParameters {

    private final List<String> list = new ArrayList<>();

    /** @param name the client's name of it, a path such as {@code messages.image_url} for what is no parameter */
    public void dropped(String name) {
        add(name);
    }

    public void renamed(String from, String to) {
        add(from + "->" + to);
    }

    /** Another value went upstream than the client's. */
    public void adjusted(String name, Object value) {
        add(name + "=" + value);
    }

    /** In the order they were left, each once. */
    public List<String> list() {
        return List.copyOf(list);
    }

    private void add(String receipt) {
        if (!list.contains(receipt)) {
            list.add(receipt);
        }
    }
}

package dev.sluice.config;

import java.util.regex.Pattern;

/** The test for loopback addresses, by their text only: no name is resolved. */
public final class LoopbackAddress {

    private static final Pattern V4 = Pattern.compile("127(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}");
    private static final Pattern V6 = Pattern.compile("\\[?(::1|(0{1,4}:){7}0{0,3}1)\\]?");

    private LoopbackAddress() {}

    public static boolean is(String host) {
        return host.equalsIgnoreCase("localhost")
                || V4.matcher(host).matches()
                || V6.matcher(host).matches();
    }
}

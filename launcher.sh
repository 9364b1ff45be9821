#!/bin/sh
# Runs Sluice from a clone: finds a JDK, builds the jar if the sources are newer, and runs the command.
#
#   ./launcher.sh             serves conf/sluice.yaml
#   ./launcher.sh COMMAND …   any other command of the jar: check, keys, usage …; --help lists them
#   ./launcher.sh test        the complete build with all tests
#   ./launcher.sh format      formats the Java sources
#   ./launcher.sh bench …     the benchmark against plain proxies; --help lists its options
#
#   SLUICE_JAVA_HOME   the JDK to use; if unset: JAVA_HOME, java on the PATH, the newest in the usual folders
#   SLUICE_JAVA_OPTS   additional JVM flags, after those of this script
set -eu

readonly OLDEST=21 # the version of the class files

say() {
    printf '%s\n' "$*" >&2
}

die() {
    say "$@"
    exit 2
}

# resolve FILE: follows a chain of links; readlink -f does not exist everywhere.
resolve() {
    file=$1
    while [ -L "$file" ]; do
        link=$(readlink "$file")
        case $link in
            /*) file=$link ;;
            *) file=$(dirname "$file")/$link ;;
        esac
    done
    printf '%s\n' "$file"
}

home=$(CDPATH='' cd -- "$(dirname -- "$(resolve "$0")")" && pwd)
readonly home
readonly jar="$home/target/sluice.jar"
readonly log="$home/target/build.log"

# ---------------------------------------------------------------- finding Java

# major_of HOME: the version from the JDK's release file, because starting java takes a tenth of a second. Empty if
# there is no JDK.
major_of() {
    [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 0
    sed -n 's/^JAVA_VERSION="\(1\.\)\{0,1\}\([0-9][0-9]*\).*/\2/p' "$1/release"
}

# fits HOME TOOL: whether HOME is new enough and has TOOL (java to run, javac to build). If not, adds the reason to seen.
fits() {
    case $seen in *" $1: "*) return 1 ;; esac
    major=$(major_of "$1")
    if [ -z "$major" ]; then
        why="no Java there"
    elif [ "$major" -lt "$OLDEST" ]; then
        why="Java $major, too old"
    elif [ ! -x "$1/bin/$2" ]; then
        why="Java $major, but without $2"
    else
        return 0
    fi
    seen="$seen
  $1: $why"
    return 1
}

on_path() {
    java=$(command -v java 2>/dev/null) || return 0
    dirname "$(dirname "$(resolve "$java")")"
}

in_usual_folders() {
    for folder in /usr/lib/jvm/* /opt/* /opt/java/* "${HOME:-/nowhere}"/.sdkman/candidates/java/* \
        "${HOME:-/nowhere}"/.jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
        folder_major=$(major_of "$folder")
        [ -z "$folder_major" ] || printf '%s %s\n' "$folder_major" "$folder"
    done | sort -rn | cut -d' ' -f2-
}

# find_java TOOL: sets java_home to the first JDK that fits, or lists every JDK it has tried and exits.
find_java() {
    seen=
    if [ -n "${SLUICE_JAVA_HOME:-}" ]; then
        fits "$SLUICE_JAVA_HOME" "$1" || die "SLUICE_JAVA_HOME does not fit: Sluice needs Java $OLDEST or newer with $1.$seen"
        java_home=$SLUICE_JAVA_HOME
        return
    fi
    for java_home in "${JAVA_HOME:-}" "$(on_path)"; do
        [ -z "$java_home" ] || ! fits "$java_home" "$1" || return 0
    done
    while IFS= read -r java_home; do
        [ -z "$java_home" ] || ! fits "$java_home" "$1" || return 0
    done <<FOLDERS
$(in_usual_folders)
FOLDERS
    case $1 in
        javac) need="a JDK (not only a JRE), version $OLDEST or newer, to build" ;;
        *) need="Java $OLDEST or newer" ;;
    esac
    die "Sluice needs $need, and found none. Tried:${seen:-
  JAVA_HOME, the PATH and the usual folders: no Java in any of them}
Install one (https://adoptium.net) or set SLUICE_JAVA_HOME to it."
}

# ---------------------------------------------------------------- building

is_stale() {
    [ ! -f "$jar" ] || [ -n "$(cd "$home" && find pom.xml LICENSE src/main -newer "$jar" | head -n 1)" ]
}

need_maven() {
    command -v mvn >/dev/null 2>&1 || die "Maven is missing: there is no 'mvn' on the PATH (3.8.6 or newer, https://maven.apache.org)."
    find_java javac
}

# maven ARG…: runs Maven on the JDK that was found, without Java's warnings about Maven's own libraries.
maven() {
    quiet=
    [ "$(major_of "$java_home")" -lt 24 ] || quiet='--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow'
    (cd "$home" && JAVA_HOME=$java_home MAVEN_OPTS="$quiet ${MAVEN_OPTS:-}" exec mvn -B "$@")
}

build() {
    need_maven
    mkdir -p "$home/target"
    started=$home/target/build.start
    : >"$started"
    : >"$log"
    say "building target/sluice.jar with $java_home (log in target/build.log)"
    # Only the goals that make the jar: a complete lifecycle would download the libraries of the tests first.
    maven -Dquick compile jar:jar@default-jar shade:shade@one-jar 2>&1 </dev/null | show_progress || {
        { grep '^\[ERROR\]' "$log" || tail -n 30 "$log"; } | head -n 30 >&2
        die "The build failed; the complete log is $log"
    }
    # A source edited during the build must make the jar stale.
    touch -r "$started" "$jar"
}

# Writes Maven's output to the log and prints the steps, because a first build takes minutes.
show_progress() {
    files=0
    result=1
    while IFS= read -r line; do
        printf '%s\n' "$line" >>"$log"
        case $line in
            *'Downloaded from'*)
                files=$((files + 1))
                [ $((files % 50)) -ne 0 ] || say "  downloaded $files files"
                ;;
            '[INFO] --- '*)
                step=${line#'[INFO] --- '}
                say "  ${step%% (*}"
                ;;
            *'Compiling '*) say "    ${line#'[INFO] '}" ;;
            *'BUILD SUCCESS'*) result=0 ;;
        esac
    done
    return $result
}

# The benchmark's classes are beside the jar, never in it.
build_bench() {
    stamp=$home/target/bench-classes/built
    if [ ! -f "$stamp" ] || [ -n "$(cd "$home" && find pom.xml src/bench "$jar" -newer "$stamp" | head -n 1)" ]; then
        say "building target/bench-classes"
        maven -ntp -Dquick -Pbench compiler:compile@bench dependency:copy@bench-lib >"$log" 2>&1 </dev/null || {
            grep '^\[ERROR\]' "$log" | head -n 30 >&2
            die "The build of the benchmark failed; the complete log is $log"
        }
        touch "$stamp"
    fi
}

# ---------------------------------------------------------------- running

# The default configuration is conf/sluice.yaml in the current folder or, if there is none, in the clone.
choose_config() {
    if [ -z "${SLUICE_CONFIG:-}" ] && [ ! -f conf/sluice.yaml ]; then
        export SLUICE_CONFIG="$home/conf/sluice.yaml"
    fi
}

# jvm_flags COMMAND: sets flags to the JVM flags of the command. src/docs/performance.md gives the reasons, too.
jvm_flags() {
    major=$(major_of "$java_home")
    # The heap leaves as much memory again for the buffers outside it. Out of memory ends the process.
    flags="-XX:MaxRAMPercentage=40 -XX:+ExitOnOutOfMemoryError -Dio.netty.allocator.type=pooled"
    # Java 23 and newer warn about Unsafe, and on Java 25 Netty does not use it, unless this flag allows it.
    [ "$major" -lt 23 ] || flags="$flags --sun-misc-unsafe-memory-access=allow"
    [ "$major" -lt 25 ] || flags="$flags -XX:+UseCompactObjectHeaders"
    case $1 in
        serve) flags="$flags $(class_data)" ;;
        # Short commands end before the C2 compiler pays off.
        *) flags="$flags -XX:TieredStopAtLevel=1" ;;
    esac
    flags="$flags ${SLUICE_JAVA_OPTS:-}"
}

# become COMMAND…: replaces this shell with the JVM, so that the JVM receives the signals.
become() {
    find_java java
    choose_config
    jvm_flags "$1"
    # shellcheck disable=SC2086 # flags are words
    exec "$java_home/bin/java" $flags -jar "$jar" "$@"
}

# The archive of class data that the first run writes halves the start of later runs. If it no longer fits the jar or the
# JVM, a new one is written when the gateway stops. -Xlog keeps Java's messages about it off standard output.
class_data() {
    archive=target/sluice-java$major.jsa
    case $home in *[[:space:]]*) return ;; esac
    if [ -w "$home/target" ]; then
        # The JVM replaces the archive of another JVM, but not that of another jar, which it would ignore forever.
        [ -z "$(find "$jar" -newer "$home/$archive" 2>/dev/null)" ] || rm -f "$home/$archive"
        printf '%s ' -XX:+AutoCreateSharedArchive
    elif [ ! -r "$home/$archive" ]; then
        return
    fi
    printf '%s ' "-XX:SharedArchiveFile=$home/$archive" -Xlog:disable '-Xlog:all=error,cds*=off:stderr'
}

# Measures the jar with the JVM flags of serve.
become_bench() {
    cd "$home"
    jvm_flags serve
    # The load generator's heap is large enough for a window without a collection, whose pause would be charged to the
    # proxy under test.
    exec "$java_home/bin/java" -XX:+UseSerialGC -Xms1g -Xmx1g -Xmn900m \
        --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow "-Dbench.jar=$jar" "-Dbench.jvm=$flags" \
        -cp "target/bench-classes:$jar:target/bench-lib/*" dev.sluice.bench.Bench "$@"
}

[ $# -gt 0 ] || set -- serve
case $1 in
    test)
        shift
        need_maven
        maven -ntp verify "$@"
        ;;
    format)
        need_maven
        maven -q -ntp initialize -Dformat=write
        ;;
    bench)
        shift
        need_maven
        ! is_stale || build
        build_bench
        become_bench "$@"
        ;;
    -h | --help)
        say "launcher.sh also has: test (the complete build with all tests), format (formats the Java sources) and" \
            "bench (the benchmark; bench --help)."
        ! is_stale || build
        become "$@"
        ;;
    *)
        ! is_stale || build
        become "$@"
        ;;
esac

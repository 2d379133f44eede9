#!/usr/bin/env bash
# The first process of a node, in namespaces of its own: node.ts starts it. It mounts what a node has, and keeps containerd and
# kubelet running as systemd does. Its environment has PARTS, FOLDER, NAME, CPUS, MEMORY_MIB, DISK_GB, ARRAY.
set -euo pipefail
export PATH="$PARTS/bin:$PATH"
hostname "$NAME"
mount --make-rprivate /

# Its own view of cgroups, which begins at the node's.
mount -t sysfs sysfs /sys
mount -t tmpfs -o mode=755 tmpfs /sys/fs/cgroup
while IFS=: read -r _ controllers _; do
  [ -n "$controllers" ] || continue
  case $controllers in name=*) options=none,$controllers ;; *) options=$controllers ;; esac
  mkdir "/sys/fs/cgroup/${controllers#name=}"
  mount -t cgroup -o "$options" cgroup "/sys/fs/cgroup/${controllers#name=}"
done </proc/self/cgroup

# The size of the instance: only what looks here believes it, which the kubelet does.
mount -t tmpfs tmpfs /sys/devices/system/node
mount -t tmpfs tmpfs /sys/devices/system/cpu
for ((i = 0; i < CPUS; i++)); do mkdir "/sys/devices/system/cpu/cpu$i"; done
echo "0-$((CPUS - 1))" >/sys/devices/system/cpu/online
sed "s/^MemTotal:.*/MemTotal: $((MEMORY_MIB * 1024)) kB/" /proc/meminfo >"$FOLDER/meminfo"
mount --bind "$FOLDER/meminfo" /proc/meminfo

# The disk, of its whole size, and what is kept on it.
truncate -s "${DISK_GB}GB" "$FOLDER/disk.img"
mkfs.ext4 -q -F -m 0 -T largefile4 -O ^has_journal -E lazy_itable_init=1,nodiscard "$FOLDER/disk.img"
mkdir -p "$FOLDER/disk"
mount -o loop,noinit_itable "$FOLDER/disk.img" "$FOLDER/disk"
for folder in /run /mnt /opt /var/lib /var/log; do mount -t tmpfs -o mode=755 tmpfs "$folder"; done
for folder in lib/kubelet lib/containerd log/pods; do
  mkdir -p "$FOLDER/disk/$folder" "/var/$folder"
  mount --bind "$FOLDER/disk/$folder" "/var/$folder"
done
[ -z "$ARRAY" ] || { mkdir -p /mnt/k8s-disks/0 && mount --bind "$FOLDER/disk" /mnt/k8s-disks/0; }
mount --make-rshared /

until ip link show eth0 >/dev/null 2>&1; do sleep 0.05; done
ip link set lo up
sysctl -q -w net.ipv4.ip_forward=1

# A folder of the caller's says which of both is held back.
keep() {
  local name=$1
  shift
  while :; do
    [ -e "$FOLDER/$name.held" ] || "$@" >>"$FOLDER/$name.log" 2>&1 || :
    sleep 1
  done
}
keep containerd containerd --config "$FOLDER/containerd.toml" &
until [ -S /run/containerd/containerd.sock ]; do sleep 0.05; done
mapfile -t flags <"$FOLDER/kubelet.flags"
keep kubelet kubelet "${flags[@]}" &
wait

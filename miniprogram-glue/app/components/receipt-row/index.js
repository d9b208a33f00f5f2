/** One receipt that was sent in, with what became of it. */
Component({
  properties: { receipt: Object },
  data: { isBroken: false },
  observers: {
    "receipt.picture"() {
      this.setData({ isBroken: false });
    },
  },
  methods: {
    onImageError() {
      this.setData({ isBroken: true });
    },
    onOpen() {
      const { fullPicture } = this.data.receipt;
      if (fullPicture && !this.data.isBroken) wx.previewImage({ urls: [fullPicture] });
    },
  },
});
